# The sidecar's image: one static binary, nothing under it. It is built by the
# commands under "Sidecar" in README.md, which fill dist/.
FROM scratch

ARG VERSION=dev
ARG REVISION=unrecorded
ARG BINARY_SHA256=unrecorded
LABEL org.opencontainers.image.title="coatcheck" \
      org.opencontainers.image.description="a privacy-preserving inference proxy" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      coatcheck.binary.sha256="$BINARY_SHA256"

# Folders for the volumes, so that a new named volume belongs to our user.
COPY --chown=65532:65532 dist/volumes/ /
COPY dist/licenses/ /licenses/
COPY dist/coatcheck /coatcheck

# No shell, no root, nothing written outside of the two volumes.
USER 65532:65532
ENV COATCHECK_CONTAINER=true \
    COATCHECK_STATE=/state \
    COATCHECK_CA_OUT=/shared \
    COATCHECK_HEALTH=127.0.0.1:8897 \
    TMPDIR=/state
ENTRYPOINT ["/coatcheck"]
CMD ["serve"]
