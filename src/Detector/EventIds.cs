namespace Thrum.Detector;

/// <summary>Event ids of this project's log messages, 2000 to 2999.</summary>
internal static class EventIds
{
    public const int NoModel = 2000;
    public const int RateMismatch = 2001;
    public const int LateBlock = 2002;
    public const int DuplicateBlock = 2003;
    public const int StrayBlock = 2004;
    public const int BaselineLearned = 2005;
    public const int BaselineRestarted = 2006;
    public const int JointAxisMissing = 2007;
    public const int JointWithoutRoom = 2008;
    public const int ReservedAxis = 2009;
    public const int StateDamaged = 2010;
    public const int StateUnfit = 2011;
    public const int StateWithoutRoom = 2012;
    public const int ModelFailed = 2013;
    public const int DuplicateNumber = 2014;
    public const int NumberBreak = 2015;
    public const int OperatingSource = 2016;
}
