/** One listr2 task whose output is handed on to whoever draws. Loaded when the first board is up. */
import { Listr, ListrTaskEventType, type ListrTaskObject, type ListrTaskWrapper } from 'listr2';

export type BoardTask = { put: (lines: readonly string[]) => void; end: () => void };

type RendererOptions = { show: (title: string, lines: readonly string[]) => void };

/** Hands on what changes. listr2 takes it whatever standard output is, since it says that it needs no terminal. */
class BoardRenderer {
  static readonly nonTTY = true;
  static rendererOptions: RendererOptions;
  static rendererTaskOptions: never;
  readonly #tasks: ListrTaskObject<unknown, typeof BoardRenderer, typeof BoardRenderer>[];
  readonly #options: RendererOptions;

  constructor(tasks: ListrTaskObject<unknown, typeof BoardRenderer, typeof BoardRenderer>[], options: RendererOptions) {
    this.#tasks = tasks;
    this.#options = options;
  }

  render(): void {
    for (const task of this.#tasks) {
      task.on(ListrTaskEventType.OUTPUT, (output) => this.#options.show(task.title ?? '', output === '' ? [] : output.split('\n')));
    }
  }

  end(): void {
    // The board draws its last lines itself, at once.
  }
}

/** Starts the task; it runs until `end`. @param show is called with all lines whenever they change */
export function openBoardTask(title: string, show: (lines: readonly string[]) => void): BoardTask {
  let task: ListrTaskWrapper<unknown, typeof BoardRenderer, typeof BoardRenderer> | null = null;
  let end: () => void = () => undefined;
  let pending = '';
  const finished = new Promise<void>((resolve) => { end = resolve; });
  const work = new Listr<unknown, typeof BoardRenderer, typeof BoardRenderer>([{
    title,
    task: (_context, wrapper) => {
      task = wrapper;
      wrapper.output = pending;
      return finished;
    },
  }], {
    renderer: BoardRenderer,
    rendererOptions: { show: (_title, lines) => show(lines) },
    // Ctrl-C is main's affair: the running step finishes first.
    registerSignalListeners: false,
  });
  void work.run();
  return {
    put: (lines) => {
      pending = lines.join('\n');
      if (task !== null) task.output = pending;
    },
    end,
  };
}
