using Thrum.Detector.Commands;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Gateway.Configuration;

namespace Thrum.Gateway.Hosting;

/// <summary>
/// Puts a model that somebody sends in the place of a configured file, that of the model or of its shadow, once it passed every check that a start would make: size, opset, no data in other files, shape,
/// metadata, a run on each batch, the levels of the rules. Then it is put in use. Thread-safe; one at a time.
/// </summary>
internal sealed class ModelUpload(ModelSet models, LiveModels live) : IDisposable
{
    /// <summary>Longest file that is taken; the models of this kind of data have some megabytes.</summary>
    public const long MaxBytes = 64L << 20;

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Takes the bytes of a model.</summary>
    /// <param name="name">The name of a configured file without its ending; the file itself may be missing where the entry is optional.</param>
    /// <param name="role">Whose file it replaces: the model's, or its shadow's.</param>
    /// <param name="onnx">Reads the model's file.</param>
    /// <param name="by">Who sends it.</param>
    /// <param name="cancellationToken">Ends it; the model may still be taken.</param>
    public async Task<CommandResult> PutAsync(string name, ModelRole role, Func<Task<byte[]>> onnx, string by, CancellationToken cancellationToken)
    {
        ModelEntry[] entries = [.. models.Entries.Where(entry => entry.Name == name)];
        if (entries.Length == 0)
        {
            return new CommandResult(CommandOutcome.Unknown, $"Detector:Models has no file named '{name}': a model takes the place of a configured one");
        }

        if (Array.Find(entries, entry => entry.PathOf(role).Length == 0) is { } without)
        {
            return new CommandResult(CommandOutcome.WrongState, $"{without.Setting}:Shadow is empty, expected the path at which a candidate of model '{name}' is kept");
        }

        if (!await _turn.WaitAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false))
        {
            return new CommandResult(CommandOutcome.WrongState, "another model is being taken, try again when it is done");
        }

        try
        {
            byte[] bytes = await onnx().ConfigureAwait(false);
            await Task.Run(() => Replace(entries, role, bytes), CancellationToken.None).ConfigureAwait(false);
            return await live.ReloadAsync(name, role, by, cancellationToken).ConfigureAwait(false);
        }
        catch (ConfigurationException e)
        {
            return new CommandResult(CommandOutcome.Refused, e.Message);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not BadHttpRequestException))
        {
            return new CommandResult(CommandOutcome.Refused, $"{entries[0].Setting}: '{entries[0].PathOf(role)}' cannot be written: {e.Message}");
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private void Replace(ModelEntry[] entries, ModelRole role, byte[] onnx)
    {
        foreach (ModelEntry entry in entries)
        {
            string path = entry.PathOf(role), sidecar = path + ModelFile.SidecarEnding;
            models.Close(models.Open(entry, role, new ModelFile(path, onnx, File.Exists(sidecar) ? File.ReadAllBytes(sidecar) : null), role == ModelRole.Shadow ? entry.Live?.Model.Metadata : null));
        }

        foreach (string path in entries.Select(entry => entry.PathOf(role)).Distinct())
        {
            // The card of what is sent again is still its card.
            if (!File.Exists(path) || !onnx.AsSpan().SequenceEqual(File.ReadAllBytes(path)))
            {
                WholeFile.Write(path, onnx);
                ModelCardFile.PutAside(path);
            }
        }
    }
}
