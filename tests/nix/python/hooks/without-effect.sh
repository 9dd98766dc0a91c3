# A hook that evaluates; what it does in nixpkgs no test needs.
