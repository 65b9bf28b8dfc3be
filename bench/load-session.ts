/** A set of open connections that can be driven for a while, again and again. */
export interface LoadSession extends AsyncDisposable {
  /** Runs turns on every connection until `isOver`; returns the number of events. */
  drive(isOver: () => boolean): Promise<number>;
}

/** A user of the load server: its URL names the user that the events will carry. */
export interface LoadUser {
  readonly url: string;
  readonly subject: string;
}

export function loadUsers(origin: string, count: number): readonly LoadUser[] {
  return Array.from({ length: count }, (_, index) => {
    const subject = `user-${String(index).padStart(6, '0')}`;
    return { subject, url: `${origin}/ws?user=${subject}` };
  });
}

/** Adds up what every connection saw. */
export function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
