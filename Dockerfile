# Any image with Python 3.11 or newer and its venv module will do as the base.
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
WORKDIR /build
RUN python3 -m venv /opt/askdocs
COPY requirements.lock ./
RUN /opt/askdocs/bin/pip install --no-cache-dir --compile --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY ingest ingest
COPY frontend-snippet/docs-chat frontend-snippet/docs-chat
RUN /opt/askdocs/bin/pip install --no-cache-dir --compile --no-deps --no-build-isolation .

FROM ${BASE}
RUN useradd --uid 10001 --create-home askdocs && install --directory --owner=askdocs /data
COPY --from=build /opt/askdocs /opt/askdocs
ENV PATH=/opt/askdocs/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ASKDOCS_DATA=/data \
    ASKDOCS_HOST=0.0.0.0 \
    PORT=8000
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python3", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["askdocs"]
CMD ["serve"]
