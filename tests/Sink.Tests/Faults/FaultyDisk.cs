namespace Thrum.Sink.Tests.Faults;

/// <summary>What a disk can do to us.</summary>
internal enum DiskFault
{
    None,

    /// <summary>No room: SQLITE_FULL.</summary>
    Full,

    /// <summary>Writes fail: SQLITE_IOERR_WRITE.</summary>
    Write,

    /// <summary>
    /// fsync fails once, and what was written since the last one never reaches the disk although it can still be read, and the next fsync succeeds:
    /// what Linux does. SQLITE_IOERR_FSYNC.
    /// </summary>
    Sync,

    /// <summary>Reads fail: SQLITE_IOERR_READ.</summary>
    Read,

    /// <summary>
    /// Reads of the log give the first half of what was asked for and zeros behind it: SQLITE_IOERR_SHORT_READ. Not those of the database, whose end SQLite takes it
    /// for: below the VFS, it asks again for what a read left out.
    /// </summary>
    ShortRead,
}

/// <summary>
/// A folder on a disk that fails when told to and remembers what was written and not yet synced, so that a power cut can be played: of the writes
/// since the last sync, some reached the disk whole, some in part, some not at all, in no order.
/// </summary>
internal sealed class FaultyDisk : IDisposable
{
    private const int SectorBytes = 512;
    private const int Full = 13, IoErrorRead = 10 | (1 << 8), IoErrorWrite = 10 | (3 << 8), IoErrorSync = 10 | (4 << 8);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, FileImage> _images = [];
    private DiskFault _fault;
    private int _after;

    public FaultyDisk()
    {
        Folder = ServerProcess.TemporaryFolder();
        SqliteVfs.Attach(Folder, this);
    }

    public string Folder { get; }

    /// <summary>Syncs so far that succeeded.</summary>
    public int Syncs { get; private set; }

    /// <summary>Faults that were given so far.</summary>
    public int Faults { get; private set; }

    /// <summary>Makes the disk fail from the operation of that kind on that comes after so many others.</summary>
    public void Break(DiskFault fault, int after)
    {
        lock (_gate)
        {
            (_fault, _after) = (fault, after);
        }
    }

    public void Mend() => Break(DiskFault.None, 0);

    public void Opened(string path)
    {
        lock (_gate)
        {
            // A new file is in its folder at once, and a deleted one gone: SQLite syncs the folder itself.
            byte[] content = File.ReadAllBytes(path);
            if (content.Length == 0 || !_images.ContainsKey(path))
            {
                _images[path] = new FileImage(content);
            }
        }
    }

    public int OnRead(string path)
    {
        lock (_gate)
        {
            return Fails(DiskFault.Read) ? IoErrorRead : path.EndsWith("-wal", StringComparison.Ordinal) && Fails(DiskFault.ShortRead) ? SqliteVfs.IoErrorShortRead : SqliteVfs.Ok;
        }
    }

    public int OnWrite(string path, ReadOnlySpan<byte> bytes, long offset)
    {
        lock (_gate)
        {
            if (Fails(DiskFault.Full))
            {
                return Full;
            }

            if (Fails(DiskFault.Write))
            {
                return IoErrorWrite;
            }

            _images[path].Pending.Add((offset, bytes.ToArray()));
            return SqliteVfs.Ok;
        }
    }

    public void OnTruncate(string path, long bytes)
    {
        lock (_gate)
        {
            _images[path].Pending.Add((bytes, null));
        }
    }

    public int OnSync(string path)
    {
        lock (_gate)
        {
            FileImage image = _images[path];
            if (Fails(DiskFault.Sync))
            {
                image.Pending.Clear();
                return IoErrorSync;
            }

            foreach ((long offset, byte[]? bytes) in image.Pending)
            {
                image.Apply(offset, bytes);
            }

            image.Pending.Clear();
            Syncs++;
            return SqliteVfs.Ok;
        }
    }

    /// <summary>What the disk holds when the power goes now, as a folder of its own.</summary>
    public string PowerCut(Random random)
    {
        string folder = ServerProcess.TemporaryFolder();
        lock (_gate)
        {
            foreach ((string path, FileImage image) in _images.Where(file => File.Exists(file.Key)))
            {
                FileImage left = image.Copy();
                foreach ((long offset, byte[]? bytes) in image.Pending)
                {
                    left.Apply(offset, bytes is null ? null : Torn(bytes, random), reached: random.Next(3) > 0);
                }

                File.WriteAllBytes(Path.Combine(folder, Path.GetFileName(path)), left.Bytes);
            }
        }

        return folder;
    }

    public void Dispose()
    {
        SqliteVfs.Detach(Folder);
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>The first sectors of a write, or all of them.</summary>
    private static byte[] Torn(byte[] bytes, Random random) =>
        random.Next(3) == 0 ? bytes[..(random.Next((bytes.Length / SectorBytes) + 1) * SectorBytes)] : bytes;

    private bool Fails(DiskFault fault)
    {
        if (_fault != fault || _after-- > 0)
        {
            return false;
        }

        Faults++;
        if (fault == DiskFault.Sync)
        {
            _fault = DiskFault.None;
        }

        return true;
    }

    private sealed class FileImage(byte[] bytes)
    {
        public byte[] Bytes { get; private set; } = bytes;

        /// <summary>Writes, and truncations (without bytes), since the last sync.</summary>
        public List<(long Offset, byte[]? Bytes)> Pending { get; } = [];

        public FileImage Copy() => new([.. Bytes]);

        public void Apply(long offset, byte[]? written, bool reached = true)
        {
            if (!reached)
            {
                return;
            }

            long length = written is null ? offset : Math.Max(Bytes.Length, offset + written.Length);
            if (length != Bytes.Length)
            {
                byte[] resized = new byte[length];
                Bytes.AsSpan(0, (int)Math.Min(length, Bytes.Length)).CopyTo(resized);
                Bytes = resized;
            }

            written?.CopyTo(Bytes, offset);
        }
    }
}
