using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Configuration;

/// <summary>Alone, because the environment belongs to the whole process.</summary>
[CollectionDefinition(nameof(EnvironmentTests), DisableParallelization = true)]
public sealed class EnvironmentCollection;

[Collection(nameof(EnvironmentTests))]
public sealed class EnvironmentTests : IDisposable
{
    private const string Variable = "THRUM__Http__Port";
    private readonly ConfigurationFolder _folder = new();

    public EnvironmentTests() => Environment.SetEnvironmentVariable(Variable, "9002");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, null);
        _folder.Dispose();
    }

    [Fact]
    public void Load_Environment_WinsOverFile() =>
        Assert.Equal(9002, _folder.Load(""" "http": { "port": 9000 } """).Http.Port);

    [Fact]
    public void Load_Set_WinsOverEnvironment() =>
        Assert.Equal(9003, _folder.Load("", "Http:Port=9003").Http.Port);

    [Fact]
    public void Load_UnknownVariable_IsTold()
    {
        const string Unknown = "THRUM__Http__Prot";
        Environment.SetEnvironmentVariable(Unknown, "1");
        try
        {
            Assert.Equal("Unknown setting 'Http:Prot': did you mean 'Http:Port'?", Assert.Single(_folder.Faults(ConfigurationFolder.Minimal())));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Unknown, null);
        }
    }
}
