namespace Thrum.Spectral.Orders;

/// <summary>Kinematics of a pair of gears. Pure functions.</summary>
public static class GearMesh
{
    /// <summary>Mesh frequency: teeth × shaft, the same seen from either gear.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 2 teeth.</exception>
    public static double FrequencyHz(int teeth, double shaftHz)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(teeth, 2);
        return teeth * shaftHz;
    }

    /// <summary>Speed of the driven shaft.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 2 teeth.</exception>
    public static double DrivenShaftHz(int drivingTeeth, int drivenTeeth, double drivingShaftHz)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(drivenTeeth, 2);
        return FrequencyHz(drivingTeeth, drivingShaftHz) / drivenTeeth;
    }

    /// <summary>
    /// Hunting-tooth frequency, at which the same pair of teeth meets again: mesh frequency over the least common multiple
    /// of the tooth counts.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 2 teeth.</exception>
    public static double HuntingToothHz(int drivingTeeth, int drivenTeeth, double drivingShaftHz)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(drivenTeeth, 2);
        int a = drivingTeeth;
        int b = drivenTeeth;
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return FrequencyHz(drivingTeeth, drivingShaftHz) * a / ((double)drivingTeeth * drivenTeeth);
    }
}
