FROM python:3.13-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY scanner scanner
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels . \
    && python -m venv --without-pip /opt/scanner \
    && pip --python /opt/scanner/bin/python install --no-cache-dir /wheels/*.whl

FROM python:3.13-slim-bookworm
LABEL org.opencontainers.image.title="scanner" \
      org.opencontainers.image.description="One control plane for a whole AWS organization" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/scanner /opt/scanner
ENV PATH="/opt/scanner/bin:${PATH}" \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SCANNER_LOG_FORMAT=json \
    SCANNER_STOP_TIMEOUT=25s
USER 65532:65532
WORKDIR /tmp
VOLUME ["/tmp"]
STOPSIGNAL SIGTERM
HEALTHCHECK NONE
ENTRYPOINT ["scanner"]
CMD ["scan"]
