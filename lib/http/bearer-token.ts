/** What a client needs to know of a token: it goes on the wire through `reveal`, and into records by subject and fingerprint only. */
export interface BearerToken {
  reveal(): string;
  readonly subject: string | null;
  readonly fingerprint: string;
}
