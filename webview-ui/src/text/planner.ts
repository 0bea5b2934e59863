/** What the planner and the reader of plan files say, in the user's language. They write English, also into files; here it is known by its form. */
import { translated } from './l10n.js';

/** Everything that they can say, with what is said in the window instead where the text is for the command line. */
export const plannerTexts: Readonly<Record<string, string | null>> = {
  // how a plan came about
  'The first plan was predicted {0} and gave {1}: {2} pairs of layer and scheme were measured again, and it was planned anew {3} time{4}; {5}.':
    null,
  'the corrected plan was predicted {0} and gave {1}': null,
  'it still misses: predicted {0}, measured {1}': null,
  'exact outputs': null,
  'An earlier plan did better when it was run: it is the one given here.': null,
  'The plan was predicted to keep {0}, but gave {1} when it was run.': null,
  '{0} plans along the front were run; this is the cheapest of them that loses no more than {1} points of accuracy.': null,
  'What was predicted to be best gave less than “{0}” when both were run: the plan starts from that.': null,
  '{0} assignments near it were run too: the best of them{1} is the plan.': null,
  ' gives {0} dB more and': null,
  'the user decided {0} of {1} layers; the others are as {2}': 'You decided {0} of {1} layers; the others are as {2}.',
  'layers that are equalized, or whose bias is corrected or fitted: {0}; what is predicted leaves that out, what is measured does not':
    null,
  'planned for {0}': null,
  suggested: null,
  // what else a user would do
  'int8 everywhere': null,
  'int4 everywhere, in its own bytes': null,
  'int{0} everywhere, some layers wider': null,
  'the same, min-max': null,
  'first and last layer int8, int{0} between': null,
  'greedily by SQNR of the weights': null,
  // why there is no plan
  'no plan keeps {0}; the nearest budget that can be kept is {1}{2}': null,
  '; activations stay float32 unless the model is run: give --inputs or --evidence synthetic':
    '; values between layers stay float32 unless the model is run',
  '{0} counts {1}, and those of {2} layers are unknown ({3} is the first): their shapes cannot be inferred; go by size': null,
  'multiply-accumulates and the values that layers take and give': null,
  'multiply-accumulates': null,
  'budget {0} is not one; write {1}': null,
  'budget {0} has the unit {1}; {2} takes {3}': null,
  'a plain number': null,
  'budget {0} has to be more than zero': null,
  'budgets {0} cannot be kept together; give one, or one for weights (bits or size) and one for activations': null,
  'there are no weights to quantize in this model': null,
  'the model was not run: {0}; plan from the weights alone, without inputs': null,
  '{0} is a floor of accuracy: give --inputs with --labels': '{0} is a floor of accuracy: run the model on inputs with labels',
  '{0} is a floor of accuracy: give --inputs with --labels of a model whose output tells classes':
    '{0} is a floor of accuracy: it takes labels, and a model whose output tells classes',
  'activations are planned when the model is run: give --inputs or --evidence synthetic, or leave the rule for {0} out': null,
  'an effective compression ratio compares accuracies: give --inputs with --labels of a model whose output tells classes': null,
  '{0} and {1} more': null,
  '{0} share no scheme that all of them may take; pin them alike': null,
  'the values {0} are passed on together and share no scheme that all of their layers may take; pin them alike': null,
  '{0} has no arithmetic for some layer as it may be stored; quantize activations too (give --inputs or --evidence synthetic), or choose another profile':
    '{0} has no arithmetic for some layer as it may be stored; run the model first, so that values between layers are quantized too, or choose other hardware',
  'some layer has no scheme whose cost and noise are known; allow it more': null,
  'activations cannot be counted: the shapes of some values cannot be inferred; go by another budget': null,
  'some layer has no scheme whose noise is known; allow it more': null,
  'no layer is named {0}{1}': null,
  '; did you mean {0}?': null,
  '{0} {1} cannot be pinned to {2}: {3}': null,
  '{0} {1} has no scheme left; forbid fewer': null,
  'the input of layer': null,
  layer: null,
  '{0} takes {1}': null,
  'it as it is stored only': null,
  'it as it is only': null,
  // why a plan is not used
  'the plan is of other layers than the model has; open the model again': null,
  'not a plan: {0}; write one with "precision-lens plan"': 'not a plan: {0}',
  'not a plan: {0}, not {1}; write one with "precision-lens plan"': 'not a plan: {0}, not {1}',
  'its schema is {0}': null,
  'it names no schema': null,
  'damaged plan: {0}{1}': null,
  ' (and {0} more)': null,
  'damaged plan: {0}: {1}': null,
  'damaged plan: {0} needs activation, input and clip together, or null for all of them': null,
  'damaged plan: {0}.clip is from {1} to {2}': null,
  'damaged plan: {0}.weightClip is from {1} to {2}, which is no range that holds 0': null,
  'damaged plan: {0}.transforms[{1}]: {2} of layer {3} {4}': null,
  'is there twice: a layer has one of each kind at most': null,
  'has {0}, which is for another kind of transform': null,
  'does not say with which layer: add "with"': null,
  'is with itself: name the layer that comes after it': null,
  'has a range from {0} to {1}': null,
  'has no "means" of the channels it takes in: run the model on inputs, and take the remedy of its report': null,
  'has means that are not finite numbers': null,
  'assignments[{0}]: layer {1} is equalized with {2}, which {3} does not have; the closest names are {4}': null,
  'assignments[{0}]: layer {1} is equalized with {2}, and so is {3}: only one of them comes right before it': null,
  'damaged plan: layer {0} is assigned twice': null,
  'another version of {0}': null,
  'the plan is for {0} (SHA-256 {1}…), and this is {2} ({3}…); plan this model anew': null,
  'assignments[{0}] is for layer {1}, which {2} does not have; the closest names are {3}': null,
  'the file': null,
  '{0} is {1}, not {2}': null,
  '{0} is {1}, not one of {2}': null,
  '{0} is {1}, less than {2}': null,
  '{0} is {1}, not more than {2}': null,
  '{0} is {1}, more than {2}': null,
  '{0} is {1}, not of the form {2}': null,
  '{0} has {1} items': null,
  '{0} lacks {1}': null,
  '{0} has {1}, which does not belong there': null,
};

interface Form {
  readonly pattern: RegExp;
  readonly shown: string;
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Finds what stands in the holes. What follows a hole at once is an addition in brackets or behind a semicolon, or nothing. */
const patternOf = (said: string): RegExp =>
  new RegExp(
    `^${said
      .split(/\{\d+\}/)
      .map(literal)
      .join('(.*?)')
      .replaceAll('(.*?)(.*?)', '(.*?)((?:; | \\().*|)')}$`,
    'su',
  );

/** Longest first: of several forms that fit, the one that says most is meant. */
const forms: readonly Form[] = Object.entries(plannerTexts)
  .sort(([a], [b]) => b.replace(/\{\d+\}/g, '').length - a.replace(/\{\d+\}/g, '').length)
  .map(([said, shown]) => ({
    pattern: patternOf(said),
    shown: shown ?? said,
  }));

/** Texts are sentences with names and figures in them, which are texts of their own at most so often. */
const DEEPEST = 4;
/** Longer ones are of another's making: files may say anything. */
const LONGEST = 1000;

/** A text of the planner in the user's language; itself where it is of another's making. */
export function plannerText(text: string, depth = 0): string {
  if (depth > DEEPEST || text === '' || text.length > LONGEST) return text;
  for (const { pattern, shown } of forms) {
    const found = pattern.exec(text);
    if (found) return translated(shown, ...found.slice(1).map((part) => plannerText(part, depth + 1)));
  }
  return text;
}
