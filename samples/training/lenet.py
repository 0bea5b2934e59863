"""LeNet-5 (LeCun et al. 1998) as it is taught today: ReLU and max pooling, 28 x 28 images padded by 2."""

from torch import nn
from torch.nn.functional import max_pool2d, relu

from .loop import Recipe

RECIPE = Recipe(epochs=30, peak_learning_rate=4e-3, threads=2)


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, image):
        x = max_pool2d(relu(self.conv1(image)), 2)
        x = max_pool2d(relu(self.conv2(x)), 2)
        x = relu(self.fc1(x.flatten(1)))
        x = relu(self.fc2(x))
        return self.fc3(x)
