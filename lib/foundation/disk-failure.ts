import { describeError, HarnessError } from './errors.ts';

/** The error of a file or folder that could not be written, with the step that its cause asks for. @param action such as `write`. */
export function diskFailure(action: string, path: string, cause: unknown): HarnessError {
  return new HarnessError('DISK_WRITE_FAILED', `expected to ${action} ${path}, got ${describeError(cause)}`, {
    cause,
    details: { path },
    next: nextStep(cause),
  });
}

/** True when there is no space left, or none for this user. */
export function isDiskFull(cause: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(codeOf(cause));
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}

function nextStep(cause: unknown): string {
  switch (codeOf(cause)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'Free disk space, or choose a folder on another disk with --out.';
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return 'Choose a folder that this user can write with --out.';
    default:
      return 'Choose another folder with --out, one that can be made and written.';
  }
}
