export { ConfigurationError } from '@ledgerline/database';
export { type AccessKey, createKey, type Scope, scopes } from './access/access-key.ts';
export { keyNameOf } from './access/key-name.ts';
export { readKeysFile } from './access/read-keys-file.ts';
export { type Access, toAccess } from './access/to-access.ts';
export { readMediaType } from './body/media-type.ts';
export { BODY_STALL_MS, type BodyLimits, readBody, stalled } from './body/read-body.ts';
export { readCommandBody } from './body/read-command-body.ts';
export { readJsonBody } from './body/read-json-body.ts';
export {
  type ByteSpan,
  parseStrictJson,
  STRICT_JSON_LIMITS,
  type StrictJson,
  type StrictJsonLimits,
} from './body/strict-json.ts';
export { type KafkaEnvironment, toKafkaEnvironment } from './environment/kafka-environment.ts';
export { parseEnvironment } from './environment/parse-environment.ts';
export { readServiceEnvironment, type ServiceEnvironment } from './environment/service-environment.ts';
export {
  accessVariables,
  bytesVariable,
  databaseVariables,
  kafkaVariables,
  listenVariables,
  logVariables,
  onOff,
  optionalDatabaseVariables,
  serviceVariables,
  streamVariables,
} from './environment/variables.ts';
export type { DependencyState, ReadinessCheck } from './health/readiness.ts';
export {
  PROBLEM_TYPE,
  Problem,
  type ProblemDocument,
  type ProblemExtra,
  type ProblemField,
  problem,
  sendProblem,
} from './problems/problem.ts';
export { isProblemCode, type ProblemCode, problemCatalogue } from './problems/problem-catalogue.ts';
export { PAGE_POLICY } from './problems/problem-pages.ts';
export { nearestName } from './query/nearest-name.ts';
export { parseQuery } from './query/parse-query.ts';
export { createHttpServer, type HttpServerOptions } from './server/create-http-server.ts';
export { listen } from './server/listen.ts';
export { stoppingSignal } from './server/stop-gracefully.ts';
export { createLogger, type LoggerOptions } from './service/create-logger.ts';
export { createRegistry } from './service/create-registry.ts';
export { type RunningService, runService, type StartService } from './service/run-service.ts';
