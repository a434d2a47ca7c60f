"""The ports over gRPC."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import grpc.aio
import numpy as np

from faces.calibration import Size
from faces.decision import Candidate
from faces.errors import CollectionNotFound, PersonNotFound, ServiceUnavailable
from gateway.backends.ports import (
    Batch,
    Crop,
    Derived,
    Detection,
    Detections,
    Judged,
    Only,
    Vector,
)
from gateway.backends.spaces import AS_THEY_COME, Space, Spaces
from gateway.codec.enhanced import decode_derived, decode_fusion
from gateway.codec.faces import decode_face, decode_quality, encode_quality
from gateway.codec.filters import encode_only
from gateway.codec.measures import decode_measures
from gateway.codec.occlusion import decode_occlusion
from meshkit.deadlines import remaining_s
from meshkit.status import raising
from sureface.detector.v1 import detector_pb2, detector_pb2_grpc
from sureface.embedder.v1 import embedder_pb2, embedder_pb2_grpc
from sureface.enhancer.v1 import enhancer_pb2, enhancer_pb2_grpc
from sureface.gallery.v1 import gallery_pb2, gallery_pb2_grpc
from sureface.type.v1 import face_pb2

if TYPE_CHECKING:
    from sureface.detector.v1.detector_pb2_grpc import DetectorServiceAsyncStub
    from sureface.embedder.v1.embedder_pb2_grpc import EmbedderServiceAsyncStub
    from sureface.enhancer.v1.enhancer_pb2_grpc import EnhancerServiceAsyncStub
    from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceAsyncStub


class GrpcDetector:
    """Implements `Detector`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: DetectorServiceAsyncStub = detector_pb2_grpc.DetectorServiceStub(channel)

    async def detect(self, image: bytes, *, limit: int, measures: bool = False) -> Detections:
        """Implement `Detector.detect`."""
        request = detector_pb2.DetectFacesRequest(
            image=face_pb2.Image(data=image), max_faces=limit, measures=measures
        )
        with raising("detector"):
            answer = await self._stub.DetectFaces(request, timeout=remaining_s())
        faces = tuple(
            Detection(
                decode_face(found.face),
                Crop(found.crop.rgb, found.crop.scale),
                decode_measures(found.measures),
            )
            for found in answer.faces
        )
        return Detections(faces, answer.found_count, answer.width_px, answer.height_px)


class GrpcEmbedder:
    """Implements `Embedder`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: EmbedderServiceAsyncStub = embedder_pb2_grpc.EmbedderServiceStub(channel)

    async def embed(self, crops: Sequence[Crop], *, expected_contract: str = "") -> Batch:
        """Implement `Embedder.embed`."""
        sent = [embedder_pb2.CropToEmbed(raw=_crop(crop)) for crop in crops]
        return await self._embed(sent, expected_contract)

    async def fuse(self, crop: Crop, raw: Judged, derived: Derived, *, contract_id: str) -> Batch:
        """Implement `Embedder.fuse`."""
        pair = embedder_pb2.CropToEmbed(
            raw=_crop(crop),  # for an embedder that does not know `seen` yet
            enhanced=face_pb2.AlignedCrop(rgb=derived.rgb, scale=derived.scale, derived=True),
            seen=embedder_pb2.EmbeddedCrop(
                vector=raw.vector.tolist(), quality=encode_quality(raw.quality)
            ),
        )
        batch = await self._embed([pair], contract_id)
        return replace(batch, crops=tuple(replace(c, occlusion=raw.occlusion) for c in batch.crops))

    async def _embed(self, sent: Sequence[embedder_pb2.CropToEmbed], contract_id: str) -> Batch:
        request = embedder_pb2.EmbedCropsRequest(crops=sent, expected_contract_id=contract_id)
        with raising("embedder"):
            answer = await self._stub.EmbedCrops(request, timeout=remaining_s())
        return Batch(tuple(_judged(crop) for crop in answer.crops), answer.contract_id)

    async def contract(self) -> tuple[str, int]:
        """Implement `Embedder.contract`."""
        with raising("embedder"):
            model = await self._stub.DescribeModel(
                embedder_pb2.DescribeModelRequest(), timeout=remaining_s()
            )
        return model.contract_id, model.dimension


class GrpcEnhancer:
    """Implements `Enhancer`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: EnhancerServiceAsyncStub = enhancer_pb2_grpc.EnhancerServiceStub(channel)

    async def enhance(
        self, crops: Sequence[Crop], *, camera_id: str, images: bool = False
    ) -> list[Derived]:
        """Implement `Enhancer.enhance`.

        Raises:
            ServiceUnavailable: Whatever went wrong: nobody needs the enhancer.
        """
        request = enhancer_pb2.EnhanceCropsRequest(
            crops=map(_crop, crops), camera_id=camera_id, images=images
        )
        try:
            answer = await self._stub.EnhanceCrops(request, timeout=remaining_s())
            return decode_derived(answer, crops)
        except (grpc.aio.AioRpcError, ValueError) as error:
            raise ServiceUnavailable(service="enhancer") from error


class GrpcGallery:
    """Implements `Gallery`, in the spaces that collections are kept in."""

    def __init__(self, channel: grpc.aio.Channel, spaces: Spaces = AS_THEY_COME) -> None:
        self._stub: GalleryServiceAsyncStub = gallery_pb2_grpc.GalleryServiceStub(channel)
        self._spaces = spaces

    async def search(
        self,
        collection_id: str,
        vector: Vector,
        *,
        contract_id: str,
        limit: int,
        only: Only | None = None,
    ) -> list[Candidate]:
        """Implement `Gallery.search`."""
        space = self._spaces.of(collection_id)
        probe = await self._probe(space, vector, contract_id)
        request = gallery_pb2.SearchPersonsRequest(
            collection_id=collection_id,
            contract_id=space.contract(contract_id),
            probes=[probe],
            limit=limit,
            filter=encode_only(only) if only else None,
        )
        with raising("gallery"):
            answer = await self._stub.SearchPersons(request, timeout=remaining_s())
        [result] = answer.results
        return [_candidate(person) for person in result.persons]

    async def score(
        self, collection_id: str, person_id: str, vector: Vector, *, contract_id: str
    ) -> Candidate | None:
        """Implement `Gallery.score`."""
        space = self._spaces.of(collection_id)
        probe = await self._probe(space, vector, contract_id)
        request = gallery_pb2.ScorePersonRequest(
            collection_id=collection_id,
            person_id=person_id,
            contract_id=space.contract(contract_id),
            probe=probe,
        )
        with raising("gallery"):
            answer = await self._stub.ScorePerson(request, timeout=remaining_s())
        return _candidate(answer.score) if answer.HasField("score") else None

    async def size(self, collection_id: str) -> Size:
        """Implement `Census.size`."""
        request = gallery_pb2.GetCollectionRequest(collection_id=collection_id)
        with raising("gallery"):
            answer = await self._stub.GetCollection(request, timeout=remaining_s())
        counted = answer.collection
        return Size(persons=counted.person_count, templates=counted.template_count)

    async def template_ids(self, collection_id: str, person_id: str) -> frozenset[str]:
        """Implement `gateway.enrolled.Enrolled.template_ids`."""
        request = gallery_pb2.GetPersonRequest(collection_id=collection_id, person_id=person_id)
        try:
            with raising("gallery"):
                answer = await self._stub.GetPerson(request, timeout=remaining_s())
        except (CollectionNotFound, PersonNotFound):
            return frozenset()
        return frozenset(template.template_id for template in answer.templates)

    async def contract_of(self, collection_id: str) -> str:
        """Implement `gateway.jobs.desk.Pinned.contract_of`."""
        request = gallery_pb2.GetCollectionRequest(collection_id=collection_id)
        with raising("gallery"):
            answer = await self._stub.GetCollection(request, timeout=remaining_s())
        return self._spaces.of(collection_id).pinned(answer.collection.contract_id)

    async def _probe(self, space: Space, vector: Vector, contract_id: str) -> gallery_pb2.Probe:
        """A vector in the space of a collection, of which we know that it is one."""
        if not space.is_ready(contract_id, len(vector)):
            await self.contract_of(space.collection_id)
        turned = await space.one(vector, contract_id)
        return gallery_pb2.Probe(vector=turned.tolist())


def _crop(crop: Crop) -> face_pb2.AlignedCrop:
    return face_pb2.AlignedCrop(rgb=crop.rgb, scale=crop.scale)


def _judged(crop: embedder_pb2.EmbeddedCrop) -> Judged:
    return Judged(
        vector=np.array(crop.vector, dtype=np.float32),
        quality=decode_quality(crop.quality),
        occlusion=decode_occlusion(crop.occlusion) if crop.HasField("occlusion") else None,
        fusion=decode_fusion(crop.fusion) if crop.HasField("fusion") else None,
    )


def _candidate(person: gallery_pb2.PersonScore) -> Candidate:
    return Candidate(
        person.person_id, person.similarity, person.template_id, person.template_quality
    )
