using Microsoft.ML.OnnxRuntime;

namespace Thrum.Detector.Models;

/// <summary>
/// Runs a model on up to <see cref="MaxBatch"/> windows at a time through tensors that are allocated once. Batches are padded to
/// one of a few sizes, all of which gave bit-identical reconstructions in a self-test at construction, so that a window's score
/// does not depend on what happened to be scored beside it. A model with a fixed batch runs as often as it takes. Not thread-safe: one per shard.
/// </summary>
public sealed class BatchRunner : IDisposable
{
    private readonly AutoencoderModel _model;
    private readonly RunOptions _run = new();
    private readonly float[] _input;
    private readonly float[] _output;
    private readonly int _length;
    private readonly List<BoundBatch> _sizes = [];

    /// <summary>Allocates the tensors and runs the self-test.</summary>
    /// <exception cref="ModelFileException">The model does not run, or a reconstruction depends on the other windows of its batch.</exception>
    public BatchRunner(AutoencoderModel model, int maxBatch)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatch, 1);
        _model = model;
        _length = model.InputLength;
        MaxBatch = maxBatch;
        int rows = Math.Max(maxBatch, model.FixedBatch);
        _input = GC.AllocateArray<float>(rows * _length, pinned: true);
        _output = GC.AllocateArray<float>(rows * _length, pinned: true);
        try
        {
            foreach (int size in model.FixedBatch > 0 ? [model.FixedBatch] : SizesUpTo(maxBatch))
            {
                _sizes.Add(new BoundBatch(model, _input, _output, size, maxBatch));
            }

            SelfTest();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Most windows in one run.</summary>
    public int MaxBatch { get; }

    /// <summary>The batch sizes in use, largest first.</summary>
    public IReadOnlyList<int> BatchSizes => [.. _sizes.Select(size => size.Count)];

    /// <summary>The normalised input of a row, one axis after the other, [<see cref="AutoencoderModel.InputLength"/>].</summary>
    public Span<float> Input(int row) => _input.AsSpan(row * _length, _length);

    /// <summary>The reconstruction of a row after <see cref="Run"/>, one axis after the other, [<see cref="AutoencoderModel.InputLength"/>].</summary>
    public ReadOnlySpan<float> Output(int row) => _output.AsSpan(row * _length, _length);

    /// <summary>Reconstructs the first <paramref name="rows"/> rows.</summary>
    /// <exception cref="ModelRunException">The model failed on them.</exception>
    public void Run(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, MaxBatch);
        int chosen = 0;
        while (chosen + 1 < _sizes.Count && _sizes[chosen + 1].Count >= rows)
        {
            chosen++;
        }

        // Rows of an earlier run may stand in the padding: any finite value will do, no row looks at another.
        BoundBatch size = _sizes[chosen];
        try
        {
            for (int first = 0; first < rows; first += size.Count)
            {
                size.Run(_run, first);
            }
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelRunException(_model.Path, rows, FirstLine(e), e);
        }
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

    /// <summary>By eighths of the largest, then by halves: what is padded is an eighth at most, and few windows cost little.</summary>
    private static IEnumerable<int> SizesUpTo(int largest)
    {
        int eighth = Math.Max(1, largest / 8);
        for (int size = largest; size >= 1; size -= size > eighth ? eighth : (size + 1) / 2)
        {
            yield return size;
        }
    }

    private void SelfTest()
    {
        var random = new Random(1);
        Fill(random, _input);
        BoundBatch largest = _sizes[0];
        RunOnce(largest);
        float[] expected = [.. _output];
        foreach (BoundBatch size in _sizes.Skip(1).ToArray())
        {
            RunOnce(size);
            int length = size.Count * _length;
            if (!_output.AsSpan(0, length).SequenceEqual(expected.AsSpan(0, length)))
            {
                _sizes.Remove(size);
                size.Dispose();
            }
        }

        // The first window beside others than before: a recurrent model whose time was taken for its batch shows here.
        Fill(random, _input.AsSpan(_length));
        RunOnce(largest);
        if (!_output.AsSpan(0, _length).SequenceEqual(expected.AsSpan(0, _length)))
        {
            throw new ModelFileException(
                _model.Path,
                $"expected each window to be reconstructed by itself in the layout {ModelLayouts.Name(_model.Layout)}, found a reconstruction that depends on the other windows of its batch");
        }

        Array.Clear(_input);
    }

    private static void Fill(Random random, Span<float> values)
    {
        foreach (ref float value in values)
        {
            value = (float)((2 * random.NextDouble()) - 1);
        }
    }

    private void RunOnce(BoundBatch size)
    {
        try
        {
            TimedRun.Run(_model.Limits, options => size.Run(options, 0));
        }
        catch (FormatException e)
        {
            throw new ModelFileException(_model.Path, e.Message, e);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelFileException(_model.Path, $"expected it to run on a batch of {size.Count} windows, found: {FirstLine(e)}", e);
        }
    }

    private static string FirstLine(OnnxRuntimeException e) => e.Message.Split('\n', 2)[0];
}
