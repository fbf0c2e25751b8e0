"""The five flows, one file each and named like their deployments: parameters and the story, nothing else."""
