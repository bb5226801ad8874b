using Microsoft.ML.OnnxRuntime;

namespace Thrum.Detector.Models;

/// <summary>
/// Tensors of one batch size, bound once. Where the model's layout is that of the rows they are the rows themselves; else rows are
/// copied in and out. Not thread-safe.
/// </summary>
internal sealed class BoundBatch : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtValue _inputValue;
    private readonly OrtValue _outputValue;
    private readonly OrtIoBinding _binding;
    private readonly float[] _input;
    private readonly float[] _output;
    private readonly ModelLayout _layout;
    private readonly int _axes;
    private readonly int _values;
    private readonly float[]? _stagedInput;
    private readonly float[]? _stagedOutput;

    /// <param name="model">The model.</param>
    /// <param name="input">All rows of input, pinned.</param>
    /// <param name="output">All rows of output, pinned.</param>
    /// <param name="count">Windows of this batch.</param>
    /// <param name="maxBatch">Most rows of a run: a smaller batch that has to run several times is staged.</param>
    public BoundBatch(AutoencoderModel model, float[] input, float[] output, int count, int maxBatch)
    {
        Count = count;
        _session = model.Session;
        _input = input;
        _output = output;
        _layout = model.Layout;
        _axes = model.Metadata.Axes.Count;
        _values = model.InputLength / _axes;
        int length = count * model.InputLength;
        bool rowsInOrder = _layout is ModelLayout.BatchFlat or ModelLayout.BatchAxesValues || (_axes == 1 && _layout == ModelLayout.BatchValuesAxes);
        if (!rowsInOrder || (model.FixedBatch > 0 && count < maxBatch))
        {
            _stagedInput = GC.AllocateArray<float>(length, pinned: true);
            _stagedOutput = GC.AllocateArray<float>(length, pinned: true);
        }

        long[] shape = ModelLayouts.Shape(_layout, count, _axes, _values);
        _inputValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, (_stagedInput ?? input).AsMemory(0, length), shape);
        _outputValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, (_stagedOutput ?? output).AsMemory(0, length), shape);
        _binding = _session.CreateIoBinding();
        _binding.BindInput(_session.InputNames[0], _inputValue);
        _binding.BindOutput(_session.OutputNames[0], _outputValue);
    }

    public int Count { get; }

    /// <summary>Reconstructs the rows from <paramref name="first"/> on.</summary>
    public void Run(RunOptions options, int first)
    {
        if (_stagedInput is null || _stagedOutput is null)
        {
            _session.RunWithBinding(options, _binding);
            return;
        }

        int rowLength = _axes * _values;
        int rows = Math.Min(Count, (_input.Length / rowLength) - first);
        for (int row = 0; row < rows; row++)
        {
            Move(_input.AsSpan((first + row) * rowLength, rowLength), _stagedInput, row, toTensor: true);
        }

        _session.RunWithBinding(options, _binding);
        for (int row = 0; row < rows; row++)
        {
            Move(_output.AsSpan((first + row) * rowLength, rowLength), _stagedOutput, row, toTensor: false);
        }
    }

    public void Dispose()
    {
        _binding.Dispose();
        _inputValue.Dispose();
        _outputValue.Dispose();
    }

    private void Move(Span<float> row, float[] tensor, int at, bool toTensor)
    {
        if (_layout is ModelLayout.BatchFlat or ModelLayout.BatchAxesValues)
        {
            Span<float> place = tensor.AsSpan(at * row.Length, row.Length);
            (toTensor ? row : place).CopyTo(toTensor ? place : row);
            return;
        }

        // Element (axis a, value i) stands at start + i·step + a.
        (int start, int step) = _layout == ModelLayout.BatchValuesAxes ? (at * row.Length, _axes) : (at * _axes, Count * _axes);
        for (int axis = 0; axis < _axes; axis++)
        {
            for (int i = 0; i < _values; i++)
            {
                ref float inTensor = ref tensor[start + (i * step) + axis];
                ref float inRow = ref row[(axis * _values) + i];
                if (toTensor)
                {
                    inTensor = inRow;
                }
                else
                {
                    inRow = inTensor;
                }
            }
        }
    }
}
