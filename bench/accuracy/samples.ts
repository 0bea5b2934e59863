/** A sample model with its held-out inputs and labels. Paths from the root of the repository. */
export interface Sample {
  /** In names of files. */
  readonly id: string;
  readonly title: string;
  readonly model: string;
  readonly inputs: string;
  readonly labels: string;
}

const sample = (id: string, title: string, model: string, data: string): Sample => ({
  id,
  title,
  model: `samples/${model}.onnx`,
  inputs: `samples/${data}/test-images.npz`,
  labels: `samples/${data}/test-labels.npy`,
});

export const samples: readonly Sample[] = [
  sample('lenet', 'LeNet-5', 'lenet/lenet5-mnist', 'lenet'),
  sample('resnet', 'ResNet-20', 'resnet-fashion/resnet20-fashion', 'fashion'),
  sample('mobilenet', 'MobileNetV2', 'mobilenet-fashion/mobilenetv2-fashion', 'fashion'),
  sample('lstm', 'LSTM', 'lstm-fashion/lstm-fashion', 'fashion'),
  sample('vit', 'ViT', 'vit-fashion/vit-fashion', 'fashion'),
];
