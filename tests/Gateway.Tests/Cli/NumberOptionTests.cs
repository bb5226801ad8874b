using System.Globalization;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Cli;

/// <summary>Numbers that no command can work with end it with one sentence and exit code 2, before anything is done.</summary>
public sealed class NumberOptionTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public NumberOptionTests()
    {
        _folder.Write("x\n" + string.Concat(Enumerable.Range(0, 600).Select(i => string.Create(CultureInfo.InvariantCulture, $"{Math.Sin(0.4 * i)}\n"))), "sine.csv");
        _folder.Write("x,y\n" + string.Concat(Enumerable.Range(0, 600).Select(i => string.Create(CultureInfo.InvariantCulture, $"1.5,{Math.Sin(0.4 * i)}\n"))), "flat.csv");
        TinyModel.Write(_folder.File("tiny.onnx"));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("train sine.csv -o x.onnx", "-5")]
    [InlineData("train sine.csv -o x.onnx", "0")]
    [InlineData("train sine.csv -o x.onnx", "NaN")]
    [InlineData("search sine.csv -o f --vary seed=1", "-5")]
    [InlineData("inspect sine.csv", "-5")]
    [InlineData("replay sine.csv --topic t", "Infinity")]
    [InlineData("replay sine.csv --topic t", "1E-300")]
    [InlineData("calibrate tiny.onnx sine.csv -o c.onnx", "0")]
    [InlineData("evaluate --model tiny.onnx --healthy sine.csv --faulty sine.csv", "-1")]
    public async Task Rate_ThatIsNone_IsRefused(string command, string rate)
    {
        await RefusesAsync($"{command} --rate {rate}", $"--rate is {rate}, expected a sampling rate from 0.000001 to 1000000000000 Hz");
        Assert.False(Directory.Exists(_folder.File("f")));
    }

    [Theory]
    [InlineData("evaluate --model tiny.onnx --healthy sine.csv --faulty sine.csv --rate 1000 --healthy-rate -1", "--healthy-rate is -1, expected a sampling rate from 0.000001")]
    [InlineData("evaluate --model tiny.onnx --healthy sine.csv --faulty sine.csv --rate 100000000", "sine.csv is sampled at 100000000 Hz, expected 1000 Hz or a whole multiple of it, at most 1024 times as much")]
    [InlineData("replay sine.csv --topic t --rate 0.0001 --loop 1000000", "days with --loop 1000000, expected at most 36500: a higher --rate, or a smaller --loop")]
    [InlineData("bench receive --messages 1 --port -1", "--port is -1, expected 1 to 65535")]
    [InlineData("bench receive --messages 1 --samples 0", "--samples is 0, expected 1 to 1048576")]
    [InlineData("bench receive --messages 1 --seconds NaN", "--seconds is NaN, expected more than 0 and at most 86400")]
    [InlineData("bench page --model tiny.onnx --axes 0", "--axes is 0, expected 1 to 1000000")]
    [InlineData("bench page --model tiny.onnx --rounds -1", "--rounds is -1, expected 1 to 10000")]
    [InlineData("top --every 0.1ms", "--every is '0.1ms', expected 1ms to 1000h")]
    [InlineData("listen --for 20000h", "--for is '20000h', expected 1ms to 1000h")]
    [InlineData("demo --duration 20000h", "--duration is '20000h', expected 1ms to 1000h")]
    [InlineData("bench page --model tiny.onnx --each 20000h", "--each is '20000h', expected 1ms to 1000h")]
    [InlineData("recalibrate a/b/c --hours NaN", "--hours is NaN, expected a number above 0")]
    [InlineData("deadletter list --store sine.csv --limit -1", "--limit is -1, expected at least 1")]
    [InlineData("train sine.csv -o x.onnx --rate 1000 --window 0", "thrum: --window is 0; expected 8 to 1048576\n")]
    [InlineData("train sine.csv -o x.onnx --rate 1000 --window 1048576", "makes more weights than can be counted; expected at most 2147483647\n")]
    [InlineData("train sine.csv -o x.onnx --rate 1000 --hop 0", "thrum: --hop is 0; expected at least 1\n")]
    [InlineData("train sine.csv -o x.onnx --rate 1000 --hop 2147483647", "thrum: --hop is 2147483647; expected 1 to 16777216\n")]
    [InlineData("train sine.csv -o x.onnx --rate 1000 --scale NaN", "thrum: --scale is NaN; expected a positive number\n")]
    [InlineData("train sine.csv -o x.onnx --rate 1000 --loss lmse --scale 0", "thrum: --scale is 0; expected a positive number\n")]
    [InlineData("train sine.csv -o x.onnx --rate 1000 --batch 0", "thrum: --batch is 0; expected 1 to 65536\n")]
    [InlineData("train sine.csv -o x.onnx --rate 1000 --threads 0 --learning-rate 100", "thrum: --threads is 0; expected 1 to 64; --learning-rate is 100; expected above 0 and at most 1\n")]
    [InlineData("train flat.csv -o x.onnx --rate 1000", "expected samples of x that vary: all 360 finite training samples are 1.5: there is nothing to normalise by\n")]
    [InlineData("search sine.csv -o f --vary seed=1 --rate 1000 --scale NaN", "seed=1: --scale is NaN; expected a positive number\n")]
    [InlineData("search sine.csv -o f --vary seed=1 --rate 1000 --window 16 --hop 0", "thrum: --hop is 0; expected at least 1\n")]
    [InlineData("search sine.csv -o f --vary seed=1|2 --rate 1000 --window 16 --trials 0", "thrum: --trials is 0, expected 1 to 10000\n")]
    [InlineData("search sine.csv -o f --vary seed=1 --rate 1000 --window 16 --folds 1", "thrum: --folds is 1, expected at least 3 folds, to train on, to say when to stop and to test, and at most 1000\n")]
    [InlineData("search sine.csv -o f --vary seed=1 --rate 1000 --window 16 --folds 2147483647 --parallel 0", "--folds is 2147483647, expected at least 3 folds, to train on, to say when to stop and to test, and at most 1000; --parallel is 0, expected at least 1\n")]
    [InlineData("search sine.csv -o f --vary seed=1 --rate 1000 --window 16 --folds 400", "thrum: --folds is 400, which leaves 1 samples of the longest recording to a fold; expected at least a window of 16, so at most 37 folds\n")]
    public Task Number_OutOfRange_IsRefused(string command, string sentence) => RefusesAsync(command, sentence);

    private async Task RefusesAsync(string command, string sentence)
    {
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, command.Split(' '));

        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains(sentence, outcome.Error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Single(outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
