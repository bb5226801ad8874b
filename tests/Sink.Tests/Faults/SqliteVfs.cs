using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Thrum.Sink.Tests.Faults;

/// <summary>
/// Stands between SQLite and the system's files: a copy of the default VFS whose <c>xOpen</c> puts a copy of the file's method table, with reading,
/// writing, truncating and syncing of our own, in the place of the original. Files below a <see cref="FaultyDisk"/>'s folder ask that; others
/// are passed through. Layouts are those of <c>sqlite3_vfs</c> and <c>sqlite3_io_methods</c> in sqlite3.h for 64 bits.
/// </summary>
internal static unsafe partial class SqliteVfs
{
    public const int Ok = 0;
    public const int IoErrorShortRead = 10 | (2 << 8);

    private const int VfsBytes = 168, OpenAt = 40;
    private const int MethodsBytes = 152, CloseAt = 8, ReadAt = 16, WriteAt = 24, TruncateAt = 32, SyncAt = 40;

    private static readonly ConcurrentDictionary<nint, OpenFile> Files = new();
    private static readonly ConcurrentDictionary<nint, nint> Tables = new();
    private static readonly ConcurrentDictionary<string, FaultyDisk> Disks = new();
    private static nint _originalOpen;

    /// <summary>Makes connections that are opened from now on below the folder ask the disk.</summary>
    public static void Attach(string folder, FaultyDisk disk)
    {
        Disks[folder] = disk;
        lock (Tables)
        {
            if (_originalOpen == 0)
            {
                Register();
            }
        }
    }

    public static void Detach(string folder) => Disks.TryRemove(folder, out _);

    private static void Register()
    {
        nint original = sqlite3_vfs_find(0);
        nint copy = Marshal.AllocHGlobal(VfsBytes);
        Buffer.MemoryCopy((void*)original, (void*)copy, VfsBytes, VfsBytes);
        _originalOpen = Pointer(original, OpenAt);
        Pointer(copy, OpenAt) = (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint, int, nint, int>)&Open;
        Pointer(copy, 24) = Marshal.StringToHGlobalAnsi("faulty");
        if (sqlite3_vfs_register(copy, 1) != Ok)
        {
            throw new InvalidOperationException("SQLite did not take the VFS.");
        }
    }

    private static ref nint Pointer(nint structure, int offset) => ref *(nint*)(structure + offset);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(nint vfs, nint name, nint file, int flags, nint outFlags)
    {
        int code = ((delegate* unmanaged[Cdecl]<nint, nint, nint, int, nint, int>)_originalOpen)(vfs, name, file, flags, outFlags);
        string? path = Marshal.PtrToStringUTF8(name);
        if (code == Ok && path is not null && Disks.FirstOrDefault(disk => path.StartsWith(disk.Key, StringComparison.Ordinal)).Value is { } disk)
        {
            nint methods = *(nint*)file;
            Files[file] = new OpenFile(disk, path, methods);
            *(nint*)file = Tables.GetOrAdd(methods, Wrap);
            disk.Opened(path);
        }

        return code;
    }

    private static nint Wrap(nint methods)
    {
        nint table = Marshal.AllocHGlobal(MethodsBytes);
        Buffer.MemoryCopy((void*)methods, (void*)table, MethodsBytes, MethodsBytes);
        Pointer(table, CloseAt) = (nint)(delegate* unmanaged[Cdecl]<nint, int>)&Close;
        Pointer(table, ReadAt) = (nint)(delegate* unmanaged[Cdecl]<nint, nint, int, long, int>)&Read;
        Pointer(table, WriteAt) = (nint)(delegate* unmanaged[Cdecl]<nint, nint, int, long, int>)&Write;
        Pointer(table, TruncateAt) = (nint)(delegate* unmanaged[Cdecl]<nint, long, int>)&Truncate;
        Pointer(table, SyncAt) = (nint)(delegate* unmanaged[Cdecl]<nint, int, int>)&Sync;
        return table;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(nint file)
    {
        Files.TryRemove(file, out OpenFile? open);
        return ((delegate* unmanaged[Cdecl]<nint, int>)Pointer(open!.Methods, CloseAt))(file);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(nint file, nint buffer, int bytes, long offset)
    {
        OpenFile open = Files[file];
        int fault = open.Disk.OnRead(open.Path);
        if (fault is not (Ok or IoErrorShortRead))
        {
            return fault;
        }

        int got = fault == IoErrorShortRead ? bytes / 2 : bytes;
        int code = ((delegate* unmanaged[Cdecl]<nint, nint, int, long, int>)Pointer(open.Methods, ReadAt))(file, buffer, got, offset);
        new Span<byte>((void*)buffer, bytes)[got..].Clear();
        return code == Ok ? fault : code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(nint file, nint buffer, int bytes, long offset)
    {
        OpenFile open = Files[file];
        int code = open.Disk.OnWrite(open.Path, new ReadOnlySpan<byte>((void*)buffer, bytes), offset);
        return code != Ok ? code : ((delegate* unmanaged[Cdecl]<nint, nint, int, long, int>)Pointer(open.Methods, WriteAt))(file, buffer, bytes, offset);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(nint file, long bytes)
    {
        OpenFile open = Files[file];
        open.Disk.OnTruncate(open.Path, bytes);
        return ((delegate* unmanaged[Cdecl]<nint, long, int>)Pointer(open.Methods, TruncateAt))(file, bytes);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(nint file, int flags)
    {
        OpenFile open = Files[file];
        int code = open.Disk.OnSync(open.Path);
        return code != Ok ? code : ((delegate* unmanaged[Cdecl]<nint, int, int>)Pointer(open.Methods, SyncAt))(file, flags);
    }

    [LibraryImport("e_sqlite3")]
    private static partial nint sqlite3_vfs_find(nint name);

    [LibraryImport("e_sqlite3")]
    private static partial int sqlite3_vfs_register(nint vfs, int makeDefault);

    private sealed record OpenFile(FaultyDisk Disk, string Path, nint Methods);
}
