"""Writes the models with random weights as Hugging Face folders: python make_models.py FOLDER"""
import sys

import torch
from transformers import GPT2Config, GPT2LMHeadModel

SHAPES = {
    "gpt2-small": dict(),
    "gpt2-4-layers": dict(n_layer=4, n_head=4, n_embd=128, vocab_size=5000, n_positions=256),
}

for name, shape in SHAPES.items():
    torch.manual_seed(0)
    GPT2LMHeadModel(GPT2Config(**shape, bos_token_id=0, eos_token_id=0)).save_pretrained(f"{sys.argv[1]}/{name}")
