using System.CommandLine;
using Thrum.Detector;
using Thrum.Gateway.Cli;
using Thrum.Training.Trainer;

namespace Thrum.Gateway.Tests.Cli;

public sealed class CommandActionTests
{
    public static TheoryData<ThrumException> Faults => [new ExportParityException(new ExportParity(256, 2e-5, 1)), new TrainingDivergedException("no finite loss")];

    /// <summary>Both are thrown by training before any file is written.</summary>
    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Does_TrainingThatGaveNothingToWrite_EndsWith1(ThrumException fault)
    {
        var command = new RootCommand();
        command.Does((_, _) => throw fault);

        Assert.Equal(ExitCode.Failed, await command.Parse([]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken));
    }
}
