namespace Thrum.Gateway.Calibration;

/// <summary>
/// The files of kept scores, within a bound together: those that earlier runs left count too. Where there is no room, a file that nobody wrote for a day gives way, the longest unwritten first;
/// those in use stay, so that the same axes are kept from start to start. Not thread-safe.
/// </summary>
internal sealed class ScoreFolder : IDisposable
{
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    private readonly Dictionary<string, KeptFile> _files = [];
    private readonly string _folder;
    private readonly long _mostBytes;
    private long _bytes;

    /// <summary>Deletes the files that are beyond the bound, the longest unwritten first.</summary>
    /// <param name="folder">The folder; made if need be.</param>
    /// <param name="mostBytes">Most bytes of all files.</param>
    /// <exception cref="IOException">The folder or a file in it cannot be used.</exception>
    public ScoreFolder(string folder, long mostBytes)
    {
        DirectoryInfo made = Directory.CreateDirectory(folder);
        (_folder, _mostBytes) = (made.FullName, mostBytes);
        foreach (FileInfo file in made.EnumerateFiles("*.scores").OrderByDescending(file => file.LastWriteTimeUtc).ToArray())
        {
            if (_bytes + file.Length > mostBytes)
            {
                file.Delete();
                continue;
            }

            _bytes += file.Length;
            _files[file.FullName] = new KeptFile(file.FullName) { Bytes = file.Length, LastUsed = file.LastWriteTimeUtc };
        }
    }

    /// <summary>Opens a file; null where there is no room for it.</summary>
    /// <param name="name">Its name without an ending.</param>
    /// <param name="scorer">Who scores; a file of another is made anew.</param>
    /// <param name="metrics">Metrics of a window.</param>
    /// <param name="windows">Windows that are kept.</param>
    /// <param name="now">The time.</param>
    /// <param name="isSpare">True for one that comes in only while all take less than half of the bound, and that no other gives way to.</param>
    /// <exception cref="IOException">The file cannot be used.</exception>
    public KeptFile? Open(string name, string scorer, int metrics, int windows, DateTimeOffset now, bool isSpare = false)
    {
        string path = Path.Combine(_folder, name + ".scores");
        KeptFile file = _files.GetValueOrDefault(path) ?? new KeptFile(path);
        file.Close();
        long more = ScoreLog.BytesOf(metrics, windows) - file.Bytes;
        bool hasRoom = isSpare && !_files.ContainsKey(path) ? _bytes + more <= _mostBytes / 2 : MakeRoom(more, file, now);
        if (!hasRoom)
        {
            return null;
        }

        file.Log = new ScoreLog(path, scorer, metrics, windows);
        (file.Bytes, file.LastUsed) = (file.Bytes + more, now);
        _bytes += more;
        _files[path] = file;
        return file;
    }

    public void Dispose()
    {
        foreach (KeptFile file in _files.Values)
        {
            file.Close();
        }
    }

    private bool MakeRoom(long bytes, KeptFile wanted, DateTimeOffset now)
    {
        while (_bytes + bytes > _mostBytes)
        {
            if (_files.Values.Where(file => file != wanted && file.LastUsed < now - Abandoned).MinBy(file => file.LastUsed) is not { } oldest)
            {
                return false;
            }

            oldest.Close();
            File.Delete(oldest.Path);
            _files.Remove(oldest.Path);
            _bytes -= oldest.Bytes;
        }

        return true;
    }
}

/// <summary>A file of kept scores.</summary>
/// <param name="path">Where it is.</param>
internal sealed class KeptFile(string path)
{
    public string Path { get; } = path;

    /// <summary>What it may come to take; what it takes where this run has not opened it.</summary>
    public long Bytes { get; set; }

    /// <summary>When a window last came for it.</summary>
    public DateTimeOffset LastUsed { get; set; }

    /// <summary>Null where it is not open.</summary>
    public ScoreLog? Log { get; set; }

    public void Close()
    {
        Log?.Dispose();
        Log = null;
    }
}
