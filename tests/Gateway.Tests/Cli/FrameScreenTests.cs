using System.Text.RegularExpressions;
using Thrum.Gateway.Cli;
using Thrum.Gateway.Live;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Cli;

/// <summary>What <c>thrum top</c> draws, on a terminal that is made of strings.</summary>
public sealed partial class FrameScreenTests : IDisposable
{
    private readonly StringWriter _written = new();
    private readonly FrameScreen _screen;

    public FrameScreenTests() => _screen = new FrameScreen(_written);

    public void Dispose()
    {
        _screen.Dispose();
        _written.Dispose();
    }

    [Fact]
    public void Show_ShorterFrame_LeavesNothingOfTheOneBefore()
    {
        _screen.Enter();
        _screen.Show(["a long first line", "second", "third"]);
        _screen.Show(["short", "2"]);

        Assert.Equal(["short", "2", "", ""], SmallTerminal.After(_written.ToString(), 20, 4).Lines);
    }

    [Fact]
    public void Show_FrameAsHighAsTheScreen_DoesNotScroll()
    {
        _screen.Enter();
        _screen.Show(["1", "2", "3"]);

        Assert.Equal(["1", "2", "3"], SmallTerminal.After(_written.ToString(), 20, 3).Lines);
    }

    [Fact]
    public void Leave_AfterFrames_RestoresTheTerminal()
    {
        _screen.Enter();
        _screen.Show(["1"]);
        SmallTerminal during = SmallTerminal.After(_written.ToString(), 20, 3);
        _screen.Leave();
        int left = _written.ToString().Length;
        _screen.Show(["late"]);
        _screen.Leave();

        SmallTerminal after = SmallTerminal.After(_written.ToString(), 20, 3);
        Assert.Equal((true, false, false), (during.IsOther, during.HasCursor, during.Wraps));
        Assert.Equal((false, true, true), (after.IsOther, after.HasCursor, after.Wraps));
        Assert.Equal(left, _written.ToString().Length);
    }

    [Theory]
    [InlineData(200, 40)]
    [InlineData(80, 24)]
    [InlineData(50, 12)]
    [InlineData(24, 5)]
    public async Task Frame_AnySizeOfTerminal_FitsAndShowsTheWorstFirst(int width, int height)
    {
        FleetSnapshot snapshot = await ManyAsync();

        IReadOnlyList<string> frame = TopView.Frame(snapshot, "No gateway answers", width, height, false);

        Assert.True(frame.Count <= height, $"{frame.Count} lines");
        _screen.Enter();
        _screen.Show(frame);
        SmallTerminal terminal = SmallTerminal.After(_written.ToString(), width, height);
        Assert.Equal(0, terminal.Beyond);
        Assert.Equal("No gateway answers", terminal.Lines[0]);
        Assert.True(height < 10 || terminal.Lines.Any(line => line.StartsWith("alarm", StringComparison.Ordinal) && line.Contains("pump/s/x", StringComparison.Ordinal)));
        Assert.True(height < 10 || terminal.Lines.Any(line => line.EndsWith("more, none of them worse", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Frame_WithoutColours_HasNone()
    {
        FleetSnapshot snapshot = await ManyAsync();

        Assert.DoesNotMatch("\e\\[[0-9;]*3[0-9]", string.Concat(TopView.Frame(snapshot, null, 100, 24, false)));
        Assert.Matches("\e\\[[0-9;]*(3[0-9]|9[0-9]|38;)", string.Concat(TopView.Frame(snapshot, null, 100, 24, true)));
    }

    /// <summary>One sensor in alarm and 60 others that are well.</summary>
    private static async Task<FleetSnapshot> ManyAsync()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens: false);
        using var client = new GatewayClient(gateway.Server.Address!.ToString(), null);
        FleetSnapshot snapshot = await client.ReadAsync(CancellationToken.None);
        LiveAxisState pump = snapshot.Sensors[0];
        return snapshot with { Sensors = [pump, .. Enumerable.Range(0, 60).Select(n => pump with { Machine = $"fan-{n}", State = "normal", Status = "valid" })] };
    }

    /// <summary>As much of a terminal as a frame needs.</summary>
    private sealed partial class SmallTerminal(int width, int height)
    {
        private readonly char[][] _cells = [.. Enumerable.Range(0, height).Select(_ => Enumerable.Repeat(' ', width).ToArray())];
        private int _column;
        private int _row;

        public string[] Lines => [.. _cells.Select(row => new string(row).TrimEnd())];

        public bool IsOther { get; private set; }

        public bool HasCursor { get; private set; } = true;

        public bool Wraps { get; private set; } = true;

        /// <summary>Characters that had no column.</summary>
        public int Beyond { get; private set; }

        public static SmallTerminal After(string written, int width, int height)
        {
            var terminal = new SmallTerminal(width, height);
            for (int i = 0; i < written.Length;)
            {
                Match control = Control().Match(written, i);
                if (control.Success)
                {
                    terminal.Do(control.Groups[1].Value + control.Groups[2].Value);
                    i += control.Length;
                }
                else
                {
                    terminal.Put(written[i++]);
                }
            }

            return terminal;
        }

        private void Put(char c)
        {
            switch (c)
            {
                case '\r':
                    _column = 0;
                    break;
                case '\n' when _row == height - 1:
                    Assert.Fail("the screen scrolls");
                    break;
                case '\n':
                    _row++;
                    break;
                case var _ when _column < width:
                    _cells[_row][_column++] = c;
                    break;
                default:
                    Beyond++;
                    break;
            }
        }

        private void Do(string control)
        {
            switch (control)
            {
                case "?1049h" or "?1049l":
                    IsOther = control[^1] == 'h';
                    break;
                case "?25h" or "?25l":
                    HasCursor = control[^1] == 'h';
                    break;
                case "?7h" or "?7l":
                    Wraps = control[^1] == 'h';
                    break;
                case "H":
                    (_row, _column) = (0, 0);
                    break;
                case "K":
                    Array.Fill(_cells[_row], ' ', _column, width - _column);
                    break;
                case "J":
                    Array.Fill(_cells[_row], ' ', _column, width - _column);
                    Array.ForEach(_cells[(_row + 1)..], row => Array.Fill(row, ' '));
                    break;
                case "2J":
                    Array.ForEach(_cells, row => Array.Fill(row, ' '));
                    break;
                default:
                    Assert.True(control is "?1l" or ">" || control[^1] == 'm', $"unknown control {control}");
                    break;
            }
        }

        [GeneratedRegex(@"\G\e(?:\[([?0-9;]*[A-Za-z])|(>))")]
        private static partial Regex Control();
    }
}
