using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Thrum.Gateway.Calibration;

/// <summary>
/// The newest scored windows of one axis and scorer, a ring in a file of fixed size. Windows wait in memory until there are enough for a write; one that comes again after a crash is passed
/// over. Not thread-safe.
/// </summary>
internal sealed class ScoreLog : IDisposable
{
    private const int HeaderBytes = 512;
    private const int WindowsPerWrite = 128;

    // So many windows in a row from before what is known are a clock that was set back.
    private const int WindowsToBelieve = 1024;

    private static readonly byte[] Magic = "THRUMSC1"u8.ToArray();

    private readonly SafeFileHandle _file;
    private readonly int _metrics;
    private readonly int _capacity;
    private readonly byte[] _waiting;
    private readonly int _stride;
    private int _waitingCount;
    private long _written;
    private long _newest = long.MinValue;
    private int _known;

    /// <param name="path">The file; one of another scorer or length is made anew.</param>
    /// <param name="scorer">Name and revision of who scored.</param>
    /// <param name="metrics">Metrics of a window.</param>
    /// <param name="capacity">Windows that are kept.</param>
    /// <exception cref="IOException">The file cannot be used.</exception>
    public ScoreLog(string path, string scorer, int metrics, int capacity)
    {
        _metrics = metrics;
        _capacity = capacity;
        _stride = sizeof(long) + (2 * sizeof(int)) + (metrics * sizeof(float));
        _waiting = new byte[WindowsPerWrite * _stride];
        Scorer = scorer;
        _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        Load();
    }

    /// <summary>Who scored.</summary>
    public string Scorer { get; }

    /// <summary>Most bytes that a file takes.</summary>
    public static long BytesOf(int metrics, int capacity) => HeaderBytes + ((long)capacity * (sizeof(long) + (2 * sizeof(int)) + (metrics * sizeof(float))));

    /// <summary>Takes a window.</summary>
    public void Add(long timeUnixNs, bool isHealthy, int band, ReadOnlySpan<float> metrics)
    {
        if (timeUnixNs <= _newest && ++_known < WindowsToBelieve)
        {
            return;
        }

        (_newest, _known) = (timeUnixNs, 0);
        Span<byte> record = _waiting.AsSpan(_waitingCount++ * _stride, _stride);
        BinaryPrimitives.WriteInt64LittleEndian(record, timeUnixNs);
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], isHealthy ? 1 : 0);
        BinaryPrimitives.WriteInt32LittleEndian(record[12..], band);
        for (int i = 0; i < _metrics; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(record[(16 + (4 * i))..], metrics[i]);
        }

        if (_waitingCount == WindowsPerWrite)
        {
            Flush();
        }
    }

    /// <summary>Writes what waits.</summary>
    public void Flush()
    {
        if (_waitingCount == 0)
        {
            return;
        }

        for (int i = 0; i < _waitingCount;)
        {
            int at = (int)(_written % _capacity), count = Math.Min(_waitingCount - i, _capacity - at);
            RandomAccess.Write(_file, _waiting.AsSpan(i * _stride, count * _stride), HeaderBytes + ((long)at * _stride));
            _written += count;
            i += count;
        }

        _waitingCount = 0;
        WriteHeader();
    }

    /// <summary>A copy of all that is kept, to be read without the log.</summary>
    public ScoreCopy Copy()
    {
        Flush();
        byte[] bytes = new byte[Math.Min(_written, _capacity) * _stride];
        RandomAccess.Read(_file, bytes, HeaderBytes);
        return new ScoreCopy(bytes, _stride, _written);
    }

    public void Dispose() => _file.Dispose();

    private void Load()
    {
        byte[] header = new byte[HeaderBytes];
        byte[] expected = Header(0);
        bool fits = RandomAccess.Read(_file, header, 0) == HeaderBytes && header.AsSpan(16).SequenceEqual(expected.AsSpan(16)) && header.AsSpan(0, 8).SequenceEqual(Magic);
        _written = fits ? BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(8)) : 0;
        if (!fits || _written < 0)
        {
            _written = 0;
            RandomAccess.SetLength(_file, HeaderBytes);
            WriteHeader();
        }

        // What it will come to take is taken now, so that it counts as much after a restart.
        RandomAccess.SetLength(_file, BytesOf(_metrics, _capacity));
        if (_written == 0)
        {
            return;
        }

        byte[] last = new byte[sizeof(long)];
        if (RandomAccess.Read(_file, last, HeaderBytes + ((_written - 1) % _capacity * _stride)) == last.Length)
        {
            _newest = BinaryPrimitives.ReadInt64LittleEndian(last);
        }
    }

    private void WriteHeader() => RandomAccess.Write(_file, Header(_written), 0);

    private byte[] Header(long written)
    {
        byte[] header = new byte[HeaderBytes];
        Magic.CopyTo(header, 0);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(8), written);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), _metrics);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(20), _capacity);
        byte[] scorer = Encoding.UTF8.GetBytes(Scorer);
        scorer.AsSpan(0, Math.Min(scorer.Length, HeaderBytes - 24)).CopyTo(header.AsSpan(24));
        return header;
    }
}
