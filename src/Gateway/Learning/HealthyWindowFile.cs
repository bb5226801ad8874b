using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Thrum.Detector.Baselines;
using Thrum.Detector.Samples;

namespace Thrum.Gateway.Learning;

/// <summary>
/// The windows that one axis has kept to learn from, on disk: a head of <see cref="HeadBytes"/> with JSON, then one record for each place. A record is written at its place, so
/// that a replay writes the same again; one that is missing is zeros. Not thread-safe.
/// </summary>
internal sealed class HealthyWindowFile
{
    public const string Ending = ".windows";

    private const int HeadBytes = 1024;
    private const int Version = 1;

    // Place + 1, whether it continues the one before, time of the last sample; little endian.
    private const int RecordHead = sizeof(int) + sizeof(int) + sizeof(long);

    private readonly Head _head;
    private readonly byte[] _record;

    private HealthyWindowFile(string path, Head head)
    {
        Path = path;
        _head = head;
        _record = new byte[RecordHead + (head.FeatureLength * sizeof(float))];
    }

    public string Path { get; }

    public AxisId Axis => _head.Axis;

    public LearningPlan Plan => _head.Plan;

    /// <summary>True when the last record was written.</summary>
    public bool IsComplete => File.Exists(Path) && new FileInfo(Path).Length >= OffsetOf(_head.Plan.KeptWindows);

    /// <summary>The file for windows of this kind; nothing is written yet.</summary>
    public static HealthyWindowFile For(string folder, in HealthyWindow window, int featureLength)
    {
        AxisId axis = window.Stream.Id;
        return new HealthyWindowFile(
            System.IO.Path.Combine(folder, LearnedName.Of(axis) + Ending), new Head(Version, axis, window.SampleRateHz, window.WindowSamples, featureLength, window.Plan));
    }

    /// <summary>Opens what an earlier run left; null when it is no such file.</summary>
    public static HealthyWindowFile? Open(string path)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path);
            byte[] bytes = new byte[HeadBytes];
            _ = RandomAccess.Read(handle, bytes, 0);
            Head? head = JsonSerializer.Deserialize<Head>(Encoding.UTF8.GetString(bytes).TrimEnd('\0'), JsonSerializerOptions.Web);
            return head is { Version: Version, FeatureLength: > 0 and <= 1 << 16, WindowSamples: > 0, SampleRateHz: > 0, Plan: { TrainingWindows: > 0, HeldOutWindows: > 0 } }
                ? new HealthyWindowFile(path, head)
                : null;
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes windows at their places; the first of a collection empties the file of another.</summary>
    public void Write(ReadOnlySpan<HealthyWindow> windows, ReadOnlySpan<float> features)
    {
        using SafeFileHandle handle = File.OpenHandle(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        if (windows[0].Index == 0 || RandomAccess.GetLength(handle) < HeadBytes)
        {
            RandomAccess.SetLength(handle, 0);
            byte[] head = new byte[HeadBytes];
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(_head, JsonSerializerOptions.Web);
            json.CopyTo(head, 0);
            RandomAccess.Write(handle, head, 0);
        }

        for (int i = 0; i < windows.Length; i++)
        {
            Encode(windows[i], features.Slice(i * _head.FeatureLength, _head.FeatureLength));
            RandomAccess.Write(handle, _record, OffsetOf(windows[i].Index));
        }
    }

    /// <summary>Has the disk keep what was written.</summary>
    public void Flush()
    {
        using SafeFileHandle handle = File.OpenHandle(Path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Everything that was kept; records that are missing are left out.</summary>
    /// <exception cref="BaselineTrainingException">More than half of it is missing.</exception>
    public HealthyRecord Read()
    {
        var training = new List<float>();
        var heldOut = new List<float>();
        var blocks = new List<int>();
        long first = 0, last = 0;
        using SafeFileHandle handle = File.OpenHandle(Path);
        float[] feature = new float[_head.FeatureLength];
        bool isGap = true;
        for (int place = 0; place < _head.Plan.KeptWindows; place++)
        {
            if (!TryRead(handle, place, feature, out bool continues, out long time))
            {
                isGap = true;
                continue;
            }

            first = first == 0 ? time : first;
            last = time;
            if (place < _head.Plan.TrainingWindows)
            {
                training.AddRange(feature);
                continue;
            }

            heldOut.AddRange(feature);
            if (isGap || !continues || blocks.Count == 0)
            {
                blocks.Add(0);
            }

            blocks[^1]++;
            isGap = false;
        }

        return 2 * (training.Count + heldOut.Count) >= _head.Plan.KeptWindows * _head.FeatureLength && heldOut.Count > 0
            ? new HealthyRecord
            {
                Axis = _head.Axis,
                SampleRateHz = _head.SampleRateHz,
                WindowSamples = _head.WindowSamples,
                FeatureLength = _head.FeatureLength,
                Training = [.. training],
                HeldOut = [.. heldOut],
                HeldOutBlocks = blocks,
                FirstUnixNs = first,
                LastUnixNs = last,
            }
            : throw new BaselineTrainingException(string.Create(CultureInfo.InvariantCulture,
                $"{_head.Axis}: expected {_head.Plan.KeptWindows} windows in {Path}, found {(training.Count + heldOut.Count) / _head.FeatureLength}"));
    }

    public void Delete() => File.Delete(Path);

    private long OffsetOf(int place) => HeadBytes + ((long)place * _record.Length);

    private void Encode(in HealthyWindow window, ReadOnlySpan<float> feature)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_record, window.Index + 1);
        BinaryPrimitives.WriteInt32LittleEndian(_record.AsSpan(sizeof(int)), window.Continues ? 1 : 0);
        BinaryPrimitives.WriteInt64LittleEndian(_record.AsSpan(2 * sizeof(int)), window.TimeUnixNs);
        for (int i = 0; i < feature.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(_record.AsSpan(RecordHead + (i * sizeof(float))), feature[i]);
        }
    }

    private bool TryRead(SafeFileHandle handle, int place, float[] feature, out bool continues, out long time)
    {
        continues = false;
        time = 0;
        if (RandomAccess.Read(handle, _record, OffsetOf(place)) < _record.Length || BinaryPrimitives.ReadInt32LittleEndian(_record) != place + 1)
        {
            return false;
        }

        continues = BinaryPrimitives.ReadInt32LittleEndian(_record.AsSpan(sizeof(int))) == 1;
        time = BinaryPrimitives.ReadInt64LittleEndian(_record.AsSpan(2 * sizeof(int)));
        for (int i = 0; i < feature.Length; i++)
        {
            feature[i] = BinaryPrimitives.ReadSingleLittleEndian(_record.AsSpan(RecordHead + (i * sizeof(float))));
        }

        return feature.All(float.IsFinite);
    }

    private sealed record Head(int Version, AxisId Axis, double SampleRateHz, int WindowSamples, int FeatureLength, LearningPlan Plan);
}
