# Runspan with its ClickHouse: what `runspan up` needs, and nothing that is fetched at run time. For Linux x64, as its engine is.
#   docker build --tag runspan .
#   docker run --read-only --publish 127.0.0.1:4318:4318 --volume runspan:/data --env RUNSPAN_OTLP_TOKEN=… runspan
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json tsconfig.json tsdown.config.mjs ./
COPY scripts scripts
COPY packages packages
# the lock file decides every version; what only builds does not go on
RUN npm ci --no-fund --no-audit \
  && npm run build \
  && npm prune --omit=dev --no-fund --no-audit \
  && rm -r packages/*/src

FROM ${NODE_IMAGE}
ENV NODE_ENV=production RUNSPAN_DATA=/data/runspan
COPY --from=build /app/node_modules /app/node_modules
COPY --from=build /app/packages /app/packages
COPY LICENSE /app/
# of group 0, too: platforms that choose a user id give it that group
RUN ln -s /app/packages/runspan/bin/runspan.js /usr/local/bin/runspan \
  && install -d -o 1000 -g 0 -m 0770 /data
WORKDIR /data
VOLUME /data
USER 1000:0
EXPOSE 4317 4318 8123
STOPSIGNAL SIGTERM
HEALTHCHECK --start-period=2m --interval=10s --timeout=5s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4318/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["runspan"]
CMD ["up", "--host", "0.0.0.0", "--port", "8123", "--otlp-port", "4318", "--otlp-grpc-port", "4317"]
