/** Standard output and error as rootzero uses them: results on one, progress on the other. The only file that touches process streams. */
export type Streams = {
  result: (text: string) => void;
  progress: (text: string) => void;
  isInteractive: boolean;
};

export function openStreams(): Streams {
  // A reader that closes the pipe early (`| head`) is no defect, nor a terminal that is gone: the work goes on to where it can stop.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
  return {
    result: (text) => void process.stdout.write(text),
    progress: (text) => void process.stderr.write(text),
    isInteractive: process.stdin.isTTY && process.stderr.isTTY,
  };
}
