namespace Thrum.Sink.Store;

/// <summary>
/// The file beside the database that one process holds open while it uses the store. The operating system lets go of it when the
/// process ends, however it ends; the file itself stays, because deleting it would let two processes hold two files of one name.
/// </summary>
internal static class StoreLock
{
    /// <summary>Takes the lock; disposing the result releases it.</summary>
    /// <exception cref="StoreException">Another process, or another store of this one, holds it, or the file cannot be made.</exception>
    public static FileStream Take(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (IsHeld(error))
        {
            throw new StoreException($"The local store {path} is in use by another Thrum; expected a file of its own for every gateway.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The local store {path} cannot be opened; does its folder exist, and may this user write there? ({error.Message})", error);
        }
    }

    /// <summary>ERROR_SHARING_VIOLATION on Windows, EWOULDBLOCK elsewhere, whose number is the system's own.</summary>
    private static bool IsHeld(IOException error)
    {
        int code = error.HResult & 0xFFFF;
        return OperatingSystem.IsWindows() ? code == 32 : OperatingSystem.IsMacOS() ? code == 35 : code == 11;
    }
}
