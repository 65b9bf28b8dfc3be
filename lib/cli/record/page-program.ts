import type { PageProgram } from '../../reporting/page/page-data.ts';
import type { Invocation } from '../launch/invocation.ts';

/** Loads the program of the report page; one that cannot be bundled is told to whoever asks for it, so that the other files are written. */
export async function loadPage(invocation: Pick<Invocation, 'bundlePage'>): Promise<() => PageProgram> {
  try {
    const program = await invocation.bundlePage();
    return () => program;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
