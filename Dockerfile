# One image for every service; the compose file gives each its command. TypeScript runs as it is: no build step.
FROM node:24-slim

# Batches of events are short-lived: a larger young generation halves the time spent collecting them.
# kafkajs computes a negative timeout on every connection, and Node says so (tulios/kafkajs#1751).
ENV NODE_ENV=production NODE_OPTIONS="--disable-warning=TimeoutNegativeWarning --max-semi-space-size=64"
WORKDIR /app

# The manifests first, so that the dependency layer survives changes to the sources.
COPY package.json package-lock.json ./
COPY packages/cli/package.json packages/cli/
COPY packages/database/package.json packages/database/
COPY packages/events/package.json packages/events/
COPY packages/http/package.json packages/http/
COPY packages/log/package.json packages/log/
COPY packages/projection/package.json packages/projection/
COPY services/ingest/package.json services/ingest/
COPY services/projector-journal/package.json services/projector-journal/
COPY services/projector-statistics/package.json services/projector-statistics/
COPY services/projector-timeline/package.json services/projector-timeline/
COPY services/query/package.json services/query/
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund

COPY packages packages
COPY services services
COPY docs/problems docs/problems
COPY seeds seeds

USER node
EXPOSE 8080 8081 8082 8083 8084
CMD ["node", "services/query/src/main.ts"]
