/**
 * Share of activations in what a batch needs, W + B·A, at equal widths of weights and activations.
 *
 * @param weights parameters W
 * @param activations values A that are kept of one sample: outputs of layers, as training keeps them
 */
export const activationShare = (weights: number, activations: number, batch: number): number =>
  (batch * activations) / (weights + batch * activations);
