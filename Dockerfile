# One image, one process, one volume. Build: docker build -t sfrouter .   Run: see docs/operations.md.
FROM python:3.11-slim-bookworm AS build
WORKDIR /build
RUN python -m venv /opt/sfrouter
COPY requirements.lock ./
RUN /opt/sfrouter/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY sfrouter ./sfrouter
COPY mappings ./mappings
RUN /opt/sfrouter/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin sfrouter \
 && install -d -o sfrouter -g sfrouter -m 0700 /data
COPY --from=build /opt/sfrouter /opt/sfrouter
COPY mappings /etc/sfrouter/mappings
ENV PATH=/opt/sfrouter/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    SFROUTER_DATA_DIR=/data \
    SFROUTER_MAPPINGS_DIR=/etc/sfrouter/mappings \
    SFROUTER_LOG_FORMAT=json
USER sfrouter
WORKDIR /data
VOLUME /data
# A cycle in the middle of a call may need two minutes to end; stop with: docker stop --time 150
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=20s --start-period=10m CMD ["sfrouter", "status", "--healthy"]
ENTRYPOINT ["sfrouter"]
CMD ["run"]
