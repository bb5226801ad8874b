namespace Thrum.Gateway;

/// <summary>Event ids of this project's log messages, 4000 to 4999.</summary>
internal static class EventIds
{
    public const int Started = 4000;
    public const int Stopped = 4001;
    public const int NonFiniteWindow = 4002;
    public const int DrainDeadlinePassed = 4003;
    public const int ServiceManagerGone = 4006;
    public const int AlarmRaised = 4004;
    public const int AlarmCleared = 4005;
    public const int AlarmChanged = 4020;
    public const int JournalLeft = 4037;
    public const int TokenRefused = 4030;
    public const int Command = 4031;
    public const int RequestFailed = 4032;
    public const int CertificateRead = 4033;
    public const int CertificateNotRead = 4034;
    public const int TokensInClear = 4035;
    public const int AuditNotKept = 4036;
    public const int ModelTaken = 4040;
    public const int ModelRefused = 4041;
    public const int ModelNotReplayed = 4042;
    public const int ModelUsesNotWritten = 4043;
    public const int ShadowTaken = 4044;
    public const int ComparisonNotKept = 4045;
    public const int ScoresNotKept = 4046;
    public const int ModelLearned = 4050;
    public const int LearningFailed = 4051;
}
