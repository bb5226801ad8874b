using Thrum.Detector.Commands;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Gateway.Configuration;

namespace Thrum.Gateway.Hosting;

/// <summary>
/// Puts a model that somebody sends in the place of a configured file, once it passed every check that a start would make: size, opset, no data in other files, shape,
/// metadata, a run on each batch, the levels of the rules. Then it is made live. Thread-safe; one at a time.
/// </summary>
internal sealed class ModelUpload(ModelSet models, LiveModels live) : IDisposable
{
    /// <summary>Longest file that is taken; the models of this kind of data have some megabytes.</summary>
    public const long MaxBytes = 64L << 20;

    private const string Part = ".upload";

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Takes the bytes of a model.</summary>
    /// <param name="name">The name of a configured file without its ending; the file itself may be missing where the entry is optional.</param>
    /// <param name="onnx">Reads the model's file.</param>
    /// <param name="by">Who sends it.</param>
    /// <param name="cancellationToken">Ends it; the model may still be taken.</param>
    public async Task<CommandResult> PutAsync(string name, Func<Task<byte[]>> onnx, string by, CancellationToken cancellationToken)
    {
        ModelEntry[] entries = [.. models.Entries.Where(entry => entry.Name == name)];
        if (entries.Length == 0)
        {
            return new CommandResult(CommandOutcome.Unknown, $"Detector:Models has no file named '{name}': a model takes the place of a configured one");
        }

        if (!await _turn.WaitAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false))
        {
            return new CommandResult(CommandOutcome.WrongState, "another model is being taken, try again when it is done");
        }

        try
        {
            byte[] bytes = await onnx().ConfigureAwait(false);
            await Task.Run(() => Replace(entries, bytes), CancellationToken.None).ConfigureAwait(false);
            return await live.ReloadAsync(name, by, cancellationToken).ConfigureAwait(false);
        }
        catch (ConfigurationException e)
        {
            return new CommandResult(CommandOutcome.Refused, e.Message);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not BadHttpRequestException))
        {
            return new CommandResult(CommandOutcome.Refused, $"{entries[0].Setting}: '{entries[0].Options.Path}' cannot be written: {e.Message}");
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private void Replace(ModelEntry[] entries, byte[] onnx)
    {
        foreach (ModelEntry entry in entries)
        {
            string sidecar = entry.Options.Path + ModelFile.SidecarEnding;
            models.Close(models.Open(entry, ModelRole.Live, new ModelFile(entry.Options.Path, onnx, File.Exists(sidecar) ? File.ReadAllBytes(sidecar) : null)));
        }

        foreach (string path in entries.Select(entry => entry.Options.Path).Distinct())
        {
            using (FileStream file = new(path + Part, FileMode.Create, FileAccess.Write))
            {
                file.Write(onnx);
                file.Flush(flushToDisk: true);
            }

            File.Move(path + Part, path, overwrite: true);
        }
    }
}
