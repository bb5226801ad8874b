namespace Thrum.Gateway.Cli;

/// <summary>Where a training writes.</summary>
/// <param name="Model">The model; its card lies beside it.</param>
/// <param name="Report">The report; null for none.</param>
/// <param name="Checkpoint">The checkpoint; null for none.</param>
internal sealed record TrainingFiles(string Model, string? Report, string? Checkpoint)
{
    /// <summary>Where the report of a training goes that made no model: beside a model of before, and not in the place of its report.</summary>
    public string? ReportOfFailure => Report is not null && File.Exists(Model) ? Path.ChangeExtension(Report, ".failed.html") : Report;

    /// <summary>See <see cref="OutputFile.Require"/>.</summary>
    public void Require(IReadOnlyList<string> inputs)
    {
        List<OutputFile> outputs = [.. ModelWriter.Files(Model)];
        foreach (string page in ((string?[])[Report, ReportOfFailure]).OfType<string>().Distinct())
        {
            outputs.Add(new OutputFile(page, MadeFile.TrainingReport, "another name after --report, or --no-report"));
        }

        if (Checkpoint is not null)
        {
            outputs.Add(new OutputFile(Checkpoint, MadeFile.Checkpoint, "another name after --checkpoint"));
        }

        OutputFile.Require(inputs, [.. outputs]);
    }
}
