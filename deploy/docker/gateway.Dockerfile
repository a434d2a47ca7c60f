# The gateway is the public API: pipeline, policies, decision log. It holds no model.
#
#   docker build -f deploy/docker/gateway.Dockerfile --target cpu -t sureface/gateway:0.1.0 .
FROM python:3.11.14-slim-bookworm AS python

FROM python AS build
WORKDIR /build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY pyproject.toml constraints.txt deploy/docker/requirements.py ./
RUN python -m venv --without-pip /opt/venv

FROM build AS build-cpu
RUN python requirements.py gateway redis > requirements.txt \
 && python -m pip --python /opt/venv/bin/python install -c constraints.txt -r requirements.txt

FROM python AS app
# Nothing is written while it runs: bytecode is made here, by the same Python.
ENV PATH=/opt/venv/bin:$PATH PYTHONPATH=/app:/app/gen PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY faces faces
COPY meshkit meshkit
COPY gateway gateway
COPY gen gen
COPY models/calibrations models/calibrations
COPY deploy/docker/healthy.py ./
RUN python -m compileall -q . \
 && install -d -o 10001 -g 10001 -m 0700 /data /found /jobs
EXPOSE 50050 9464
USER 10001:10001
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["python", "healthy.py", "50050"]
ENTRYPOINT ["python", "-m", "gateway"]

FROM app AS cpu
COPY --from=build-cpu /opt/venv /opt/venv
