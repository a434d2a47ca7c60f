#!/bin/sh
# One picture by grpcurl: ./identify.sh 127.0.0.1:50050 staff frame.jpg
set -eu
address=$1 collection=$2 picture=$3

# The gateway tells its schema by reflection: nothing of ours is needed.
grpcurl -plaintext "$address" describe sureface.access.v1.IdentifyRequest

# Bytes travel as base64, on stdin, since a command line has an end.
{
  printf '{"scene": "access_control", "collection_id": "%s", "probe": {"data": "' "$collection"
  base64 <"$picture" | tr -d '\n'
  printf '"}}'
} | grpcurl -plaintext -d @ "$address" sureface.access.v1.AccessService/Identify
