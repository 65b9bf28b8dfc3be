/**
 * WebSocket close codes (RFC 6455 §7.4) that the backend uses or that a client can observe
 * (wire-contract.md §2.9). Shared with the reference backend: vocabulary only.
 */
export const CloseCode = {
  NormalClosure: 1000,
  GoingAway: 1001,
  ProtocolError: 1002,
  UnsupportedData: 1003,
  /** Never on the wire: the close frame carried no code (RFC 6455 §7.4.1). */
  NoStatusReceived: 1005,
  /** Never on the wire: no close frame was received (RFC 6455 §7.4.1). */
  AbnormalClosure: 1006,
  InvalidPayload: 1007,
  PolicyViolation: 1008,
  MessageTooBig: 1009,
  InternalError: 1011,
  ServiceRestart: 1012,
  TryAgainLater: 1013,
} as const;
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];
