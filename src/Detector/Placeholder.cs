namespace Thrum.Detector;
