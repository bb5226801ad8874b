using System.Globalization;
using Thrum.Delivery;

int rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5;
switch (args)
{
    case ["encode", ..]:
        EncodeBench.Run(rounds);
        return 0;
    case ["append", ..]:
        await AppendBench.RunAsync(rounds);
        return 0;
    case ["write", _, string url, string points, string peersTool]:
        await WriteBench.RunAsync(new Uri(url), rounds, int.Parse(points, CultureInfo.InvariantCulture), peersTool);
        return 0;
    default:
        await Console.Error.WriteLineAsync("expected 'encode [ROUNDS]', 'append [ROUNDS]' or 'write ROUNDS URL POINTS TOOL'");
        return 2;
}
