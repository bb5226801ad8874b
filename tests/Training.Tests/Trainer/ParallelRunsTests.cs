using Thrum.Training.Trainer;

namespace Thrum.Training.Tests.Trainer;

public sealed class ParallelRunsTests
{
    [Fact]
    public void Of_ItemsThatEndInAnotherOrder_GivesResultsInTheirs()
    {
        using var second = new ManualResetEventSlim();
        var order = new List<int>();

        int[] results = ParallelRuns.Of(
            [1, 2],
            2,
            item =>
            {
                if (item == 1)
                {
                    second.Wait(TestContext.Current.CancellationToken);
                }

                return 10 * item;
            },
            (item, _) =>
            {
                order.Add(item);
                second.Set();
            },
            TestContext.Current.CancellationToken);

        Assert.Equal([10, 20], results);
        Assert.Equal([2, 1], order);
    }

    [Fact]
    public void Of_RunThatFails_ThrowsWhatItThrew() =>
        Assert.Equal("seven", Assert.Throws<FormatException>(() => ParallelRuns.Of<int, int>([7, 8], 2, _ => throw new FormatException("seven"), (_, _) => { }, default)).Message);

    [Fact]
    public void Of_Cancelled_SaysSo()
    {
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => ParallelRuns.Of([1, 2, 3], 1, item => item, (_, _) => source.Cancel(), source.Token));
    }
}
