namespace Thrum.Spectral;
