/** A clean and a corrupted prompt, aligned token by token, and the answers that tell them apart. */
export interface Pair {
  /** token ids; both prompts have the same length */
  clean: readonly number[];
  corrupted: readonly number[];
  /** ids of right answers to the clean prompt; none where a program's raw outputs are measured */
  answers: readonly number[];
  /** ids of wrong answers */
  wrongs: readonly number[];
  /**
   * a prompt of the same template and length in which the task cannot be done, where the corrupted one is none (it may
   * only turn the answer into another): the negative class of head codes
   */
  negative?: readonly number[];
  /** class of the clean prompt where the task's author gives classes (head codes) */
  label?: string;
}

/** A task made ready for one model. */
export interface Task {
  name: string;
  pairs: readonly Pair[];
  /** over the pairs' token ids, answers included */
  sha256: string;
}
