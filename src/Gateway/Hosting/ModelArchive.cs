using System.Text.Json;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Scores;

namespace Thrum.Gateway.Hosting;

/// <summary>
/// The models that a replay of the journal may ask for: the bytes of each revision in a folder named by its hash, and which was live from what record on. It is
/// among the destinations so that this is on disk before a checkpoint is; what no replay asks for any more goes with the next one.
/// </summary>
internal sealed class ModelArchive : IScoreDestination
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly ModelRegister _register;
    private readonly Func<long> _through;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HashSet<string> _pinned;
    private IReadOnlyList<ModelUse> _written;

    /// <param name="folder">Where; made when it is missing.</param>
    /// <param name="register">Who knows which revision is live.</param>
    /// <param name="through">Up to which record no replay begins any more.</param>
    /// <param name="time">The clock of retries.</param>
    /// <param name="logger">Where it is told that the disk refuses.</param>
    /// <exception cref="IOException">The folder cannot be made or read.</exception>
    public ModelArchive(string folder, ModelRegister register, Func<long> through, TimeProvider time, ILogger<ModelArchive> logger)
    {
        _time = time;
        _logger = logger;
        _folder = Directory.CreateDirectory(folder).FullName;
        _register = register;
        _through = through;
        _pinned = [.. Directory.EnumerateDirectories(_folder).Select(path => Path.GetFileName(path)!)];
        _written = ReadUses();
    }

    public string Name => "models";

    /// <summary>Which revision was in use from what record on, as written.</summary>
    public IReadOnlyList<ModelUse> Uses => _written;

    private string UsesFile => Path.Combine(_folder, "uses.json");

    /// <summary>The revision that was in use for an entry at a record; null when there was none, or it is not known.</summary>
    public string? UsedAt(string match, ModelRole role, long sequence) =>
        _written.LastOrDefault(use => use.Match == match && use.Role == role && use.Sequence <= sequence)?.Revision is { Length: > 0 } revision ? revision : null;

    /// <summary>The bytes of a revision; null when they are not here, or are damaged.</summary>
    /// <param name="revision">Its hash.</param>
    /// <param name="name">The name it had, if several have the same bytes.</param>
    public ModelFile? Find(string revision, string name)
    {
        string folder = Path.Combine(_folder, revision);
        string[] files = revision.All(char.IsAsciiHexDigit) && Directory.Exists(folder) ? Directory.GetFiles(folder, "*.onnx") : [];
        string? path = Array.Find(files, file => Path.GetFileNameWithoutExtension(file) == name) ?? files.FirstOrDefault();
        ModelFile? file = path is null ? null : ModelFile.Read(path);
        return file?.Hash == revision ? file : null;
    }

    /// <summary>Puts a model here, on disk when it returns, to stay at least until <see cref="Release"/>.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Keep(ModelFile file)
    {
        lock (_gate)
        {
            _pinned.Add(file.Hash);
            Directory.CreateDirectory(Path.Combine(_folder, file.Hash));
            WholeFile.Write(Path.Combine(_folder, file.Hash, Path.GetFileName(file.Path)), file);
        }
    }

    /// <summary>From now on revisions stay only as long as a replay may ask for them.</summary>
    public void Release(Predicate<string> revision)
    {
        lock (_gate)
        {
            _pinned.RemoveWhere(revision);
            Trim();
        }
    }

    public ValueTask WriteAsync(ScoreBatch batch, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public async ValueTask MakeDurableAsync(CancellationToken cancellationToken)
    {
        _register.Forget(_through());
        IReadOnlyList<ModelUse> uses = _register.Uses;
        while (!TryWrite(uses))
        {
            // As with the store, nothing is forgotten before the disk takes it.
            await Task.Delay(RetryDelay, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask CompleteAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private bool TryWrite(IReadOnlyList<ModelUse> uses)
    {
        lock (_gate)
        {
            if (uses.SequenceEqual(_written))
            {
                return true;
            }

            try
            {
                WholeFile.Write(UsesFile, JsonSerializer.SerializeToUtf8Bytes(uses, JsonSerializerOptions.Web));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.ModelUsesNotWritten(_logger, UsesFile, e.Message);
                return false;
            }

            _written = uses;
            Trim();
            return true;
        }
    }

    private void Trim()
    {
        // A use that is not written yet is one that a replay of the commands will ask for.
        HashSet<string> needed = [.. _pinned, .. _written.Concat(_register.Uses).Select(use => use.Revision)];
        foreach (string folder in Directory.EnumerateDirectories(_folder))
        {
            string revision = Path.GetFileName(folder);
            if (!needed.Contains(revision))
            {
                try
                {
                    Directory.Delete(folder, recursive: true);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // It only takes room, and the next change tries again.
                }
            }
        }
    }

    private IReadOnlyList<ModelUse> ReadUses()
    {
        try
        {
            ModelUse[] uses = File.Exists(UsesFile) ? JsonSerializer.Deserialize<ModelUse[]>(File.ReadAllBytes(UsesFile), JsonSerializerOptions.Web) ?? [] : [];
            return Array.TrueForAll(uses, use => use is { Match: not null, Revision: not null }) ? uses : [];
        }
        catch (JsonException)
        {
            // The axes tell by themselves what they were scored by.
            return [];
        }
    }
}
