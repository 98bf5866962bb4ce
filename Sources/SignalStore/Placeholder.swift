enum SignalStorePlaceholder {}
