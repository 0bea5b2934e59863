"""A two-layer LSTM (Hochreiter and Schmidhuber 1997) that reads the image as a sequence of 28 rows."""

from torch import nn

from .loop import Recipe

RECIPE = Recipe(epochs=8, peak_learning_rate=5e-3, max_shift=1, flip=True)


class RowLstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(input_size=28, hidden_size=128, num_layers=2, batch_first=True)
        self.fc = nn.Linear(128, 10)

    def forward(self, image):
        rows, _ = self.lstm(image.squeeze(1))
        return self.fc(rows[:, -1])
