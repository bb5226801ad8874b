using Microsoft.ML.OnnxRuntime;

namespace Thrum.Detector.Models;

/// <summary>
/// Runs a model on up to <see cref="MaxBatch"/> windows at a time through tensors that are allocated once. Batches are padded to
/// one of a few sizes, all of which gave bit-identical reconstructions in a self-test at construction, so that a window's score
/// does not depend on what happened to be scored beside it. Not thread-safe: one per shard.
/// </summary>
public sealed class BatchRunner : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly float[] _input;
    private readonly float[] _output;
    private readonly int _window;
    private readonly List<BoundBatch> _sizes = [];

    /// <summary>Allocates the tensors and runs the self-test.</summary>
    public BatchRunner(AutoencoderModel model, int maxBatch)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatch, 1);
        _session = model.Session;
        _window = model.Metadata.WindowSamples;
        MaxBatch = maxBatch;
        _input = GC.AllocateArray<float>(maxBatch * _window, pinned: true);
        _output = GC.AllocateArray<float>(maxBatch * _window, pinned: true);
        var largest = new BoundBatch(this, maxBatch);
        _sizes.Add(largest);
        for (int size = maxBatch / 4; size >= 1; size /= 4)
        {
            _sizes.Add(new BoundBatch(this, size));
        }

        KeepAgreeingSizes(largest, model.Path);
    }

    /// <summary>Most windows in one run.</summary>
    public int MaxBatch { get; }

    /// <summary>The batch sizes in use, largest first.</summary>
    public IReadOnlyList<int> BatchSizes => [.. _sizes.Select(size => size.Count)];

    /// <summary>The normalised input of a row, [windowSamples].</summary>
    public Span<float> Input(int row) => _input.AsSpan(row * _window, _window);

    /// <summary>The reconstruction of a row after <see cref="Run"/>, [windowSamples].</summary>
    public ReadOnlySpan<float> Output(int row) => _output.AsSpan(row * _window, _window);

    /// <summary>Reconstructs the first <paramref name="rows"/> rows.</summary>
    public void Run(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, MaxBatch);
        int chosen = 0;
        while (chosen + 1 < _sizes.Count && _sizes[chosen + 1].Count >= rows)
        {
            chosen++;
        }

        // Rows of an earlier run may stand in the padding: any finite value will do, no row looks at another.
        _session.RunWithBinding(_run, _sizes[chosen].Binding);
    }

    /// <summary>Releases the tensors; the model stays.</summary>
    public void Dispose()
    {
        foreach (BoundBatch size in _sizes)
        {
            size.Dispose();
        }

        _run.Dispose();
    }

    private void KeepAgreeingSizes(BoundBatch largest, string path)
    {
        var random = new Random(1);
        for (int i = 0; i < _input.Length; i++)
        {
            _input[i] = (float)(2 * random.NextDouble() - 1);
        }

        RunOnce(largest, path);
        float[] expected = [.. _output];
        foreach (BoundBatch size in _sizes.Skip(1).ToArray())
        {
            RunOnce(size, path);
            int length = size.Count * _window;
            if (!_output.AsSpan(0, length).SequenceEqual(expected.AsSpan(0, length)))
            {
                _sizes.Remove(size);
                size.Dispose();
            }
        }

        Array.Clear(_input);
    }

    private void RunOnce(BoundBatch size, string path)
    {
        try
        {
            _session.RunWithBinding(_run, size.Binding);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelFileException(path, $"expected it to run on a batch of {size.Count} windows, found: {e.Message.Split('\n', 2)[0]}", e);
        }
    }

    private sealed class BoundBatch : IDisposable
    {
        private readonly OrtValue _input;
        private readonly OrtValue _output;

        public BoundBatch(BatchRunner owner, int count)
        {
            Count = count;
            long[] shape = [count, owner._window];
            _input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, owner._input.AsMemory(0, count * owner._window), shape);
            _output = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, owner._output.AsMemory(0, count * owner._window), shape);
            Binding = owner._session.CreateIoBinding();
            Binding.BindInput(owner._session.InputNames[0], _input);
            Binding.BindOutput(owner._session.OutputNames[0], _output);
        }

        public int Count { get; }

        public OrtIoBinding Binding { get; }

        public void Dispose()
        {
            Binding.Dispose();
            _input.Dispose();
            _output.Dispose();
        }
    }
}
