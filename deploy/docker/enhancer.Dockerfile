# The enhancer repairs crops that are too bad.
#
#   docker build -f deploy/docker/enhancer.Dockerfile --target cpu -t sureface/enhancer:0.1.0 .
#   docker build -f deploy/docker/enhancer.Dockerfile --target gpu -t sureface/enhancer:0.1.0-gpu .
FROM python:3.11.14-slim-bookworm AS python

FROM python AS build
WORKDIR /build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY pyproject.toml constraints.txt deploy/docker/requirements.py ./
RUN python -m venv --without-pip /opt/venv

FROM build AS build-gpu
RUN python requirements.py enhancer-gpu > requirements.txt \
 && python -m pip --python /opt/venv/bin/python install -c constraints.txt -r requirements.txt

FROM build AS build-cpu
RUN python requirements.py enhancer > requirements.txt \
 && python -m pip --python /opt/venv/bin/python install -c constraints.txt -r requirements.txt

FROM python AS app
# Nothing is written while it runs: bytecode is made here, by the same Python.
ENV PATH=/opt/venv/bin:$PATH PYTHONPATH=/app:/app/gen PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY faces faces
COPY meshkit meshkit
COPY services/enhancer services/enhancer
COPY gen gen
COPY models models
COPY deploy/docker/healthy.py ./
RUN python -m compileall -q .
EXPOSE 50052 9464
USER 10001:10001
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["python", "healthy.py", "50052"]
ENTRYPOINT ["python", "-m", "services.enhancer"]

FROM app AS gpu
# CUDA 13 comes as packages of Python; the driver comes from the machine.
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility \
    LD_LIBRARY_PATH=/opt/venv/lib/python3.11/site-packages/nvidia/cu13/lib:/opt/venv/lib/python3.11/site-packages/nvidia/cudnn/lib
COPY --from=build-gpu /opt/venv /opt/venv

FROM app AS cpu
COPY --from=build-cpu /opt/venv /opt/venv
