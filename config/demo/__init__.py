"""The demo city: invented units and people in Guangyuan, built by walking the real actions. Never on a production machine."""
