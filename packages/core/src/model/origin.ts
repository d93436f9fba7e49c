/** Where a workflow came from and where its steps work. Absolute paths. */
export interface Origin {
  /** The workflow file; absent when built in code. */
  readonly file?: string | undefined;
  /** Folder of the file or bundle; `file()` and relative tool folders start here. */
  readonly folder: string;
  /** Working directory of the run. */
  readonly cwd: string;
  /** Is `folder` a bundle, with `tools/`, `tools.yaml` and `config.yaml`? */
  readonly bundle: boolean;
}
