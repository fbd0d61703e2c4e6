/** The command line of `rootzero completion`. */
import { Argument, type Command } from 'commander';
import type { ExitCode } from '../../domain/problem.ts';
import type { Shell } from '../completion.ts';
import type { Context } from '../context-type.ts';

const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish'];

export const defineCompletion = (program: Command, context: Context, exit: (code: ExitCode) => void): void => {
  program.command('completion').addArgument(new Argument('<shell>', 'shell').choices(SHELLS)).description('print a script that completes command lines in a shell')
    .addHelpText('after', `
Examples:
  source <(rootzero completion bash)     in ~/.bashrc
  source <(rootzero completion zsh)      in ~/.zshrc, after compinit
  rootzero completion fish > ~/.config/fish/completions/rootzero.fish`)
    .action(async (shell: Shell) => {
      const { renderCompletion } = await import('../completion.ts');
      context.result(renderCompletion(program, shell));
      exit(0);
    });
};
